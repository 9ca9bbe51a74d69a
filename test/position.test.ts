import Hypercore from 'hypercore'
import test from 'brittle'
import { Position } from '../shared/log/position.js'

test('nothing moves a position that is new before it is on disk', async (t) => {
  const core = new Hypercore(await t.tmp())
  t.teardown(() => core.close())
  await core.ready()
  const steps: string[] = []
  const saving = Promise.withResolvers<void>()
  const saved = Promise.withResolvers<void>()
  const save = (): Promise<void> => {
    saving.resolve()
    return saved.promise
  }
  const mark = { saved: null, wasKilled: false, note: () => {}, save }
  const position = await Position.load(core, { mark })
  const place = { start: 3, offset: 0 }
  const began = position.begin(place).then(() => steps.push('began'))
  const moved = position.move(place).then(() => steps.push('moved'))
  await saving.promise
  await core.setUserData('other', 'x') // after those of both
  t.alike(steps, [], 'both wait')
  saved.resolve()
  await Promise.all([began, moved])
  t.alike(steps.toSorted(), ['began', 'moved'])
})
