import test from 'brittle'
import { Combined } from '../lab/combined.js'
import { Random } from '../lab/random.js'
import { Stage } from '../lab/stage.js'

const FAULTS = ['kill -9', 'power cut', 'power cut of all', 'SIGSTOP', 'clock jump', 'end of input']

test('faults of all kinds at a writer, a reader, and one with a file: nothing is lost', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.comment(`seed ${seed}`)
  const stage = await Stage.open()
  t.teardown(() => stage.close())
  const trial = await Combined.make({
    stage,
    random: new Random(seed),
    report: (text) => t.comment(text),
    count: 8,
    faults: FAULTS,
    readers: ['cuts', 'cuts, file']
  })
  if (!trial) return t.pass('needs Linux and cc')
  await trial.play()
  t.pass('all lines are there, in order, and none came twice untold')
})
