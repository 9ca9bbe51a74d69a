import createTestnet from '@hyperswarm/testnet'
import test from 'brittle'
import { reader, writer } from '../lab/apps.js'
import { cutKeeping, KEEP } from '../lab/powercut/cut-keeping.js'
import { buildPowercut, Disk } from '../lab/powercut/disk.js'
import { Random } from '../lab/random.js'

const CUTS = 3

test('the power is cut at a writer and a reader that clear what is old', async (t) => {
  const library = buildPowercut(await t.tmp())
  if (!library) return t.pass('skipped, needs Linux and cc')
  const { bootstrap } = await createTestnet(10, t)
  const seed = Math.floor(Math.random() * 2 ** 32)
  t.comment(`seed ${seed}`)
  const [own, copy] = [new Disk(library, await t.tmp()), new Disk(library, await t.tmp())]
  const storage = await t.tmp()
  const { lines, gaps } = await cutKeeping({
    disks: [own, copy],
    random: new Random(seed),
    cuts: CUTS,
    writer: (pipe) =>
      writer(t, { bootstrap, storage: own.folder, pipe, env: own.env, flags: KEEP }),
    reader: (key, flags, ondata) => {
      const { folder, env } = copy
      const options = { bootstrap, storage: folder, env, flags: [...flags, ...KEEP], ondata }
      return reader(t, key, options)
    },
    late: (key, flags) => reader(t, key, { bootstrap, storage, flags })
  })
  t.ok(lines > 0, `${lines} lines in order, ${gaps} gaps told`)
})
