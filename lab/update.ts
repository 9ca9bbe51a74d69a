// `pearlog update` of any file: run as a module, of the one that UPDATE names, which stands in for an executable.
import process from 'bare-process'
import type { Executable } from '../pearlog-app/deployment.js'
import { update } from '../pearlog-app/update.js'

update(JSON.parse(process.env.UPDATE!) as Executable)
