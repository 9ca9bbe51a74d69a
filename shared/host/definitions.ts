// What the command line of each app takes. `--help`, the README and the tests read it from here.
export { common } from './definitions/common.js'
export { list, pearlog, update } from './definitions/pearlog.js'
export { reader } from './definitions/reader.js'
export { writer } from './definitions/writer.js'
