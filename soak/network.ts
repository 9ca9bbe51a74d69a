import { median, now } from '../bench/measure.js'
import { hasLab, Stage } from '../bench/stage.js'
import { sleep } from '../tools/sleep.js'
import type { Trial } from './index.js'
import { Lines } from './lines.js'

const DELAY = 25 // ms one way
const EVERY = 20 // ms, between two lines
const CUTS = [1, 10, 60] // s
const FLAPS = 50
const LONGEST_FLAP = 400 // ms
const BAD_LINKS = [
  { loss: 5 },
  { jitter: 20 },
  { rate: 1, delay: 300 },
  { loss: 5, jitter: 20, rate: 1 }
]
const BAD_FOR = 30_000 // ms

/** A link that is cut, that flaps, that loses and reorders packets; a line every EVERY ms meanwhile. */
export async function network({ random, report }: Trial): Promise<void> {
  if (!hasLab()) return report('skipped: needs root')

  await following({}, async (stage, caughtUp) => {
    for (const seconds of CUTS) {
      stage.cut()
      await sleep(seconds * 1000)
      stage.mend()
      report(`cut for ${seconds} s: all lines ${await caughtUp()} s after it was mended`)
    }
    for (let i = 0; i < FLAPS; i++) {
      stage.cut()
      await sleep(random.below(LONGEST_FLAP))
      stage.mend()
      await sleep(random.below(LONGEST_FLAP))
    }
    report(
      `${FLAPS} cuts of up to ${LONGEST_FLAP} ms: all lines ${await caughtUp()} s after the last`
    )
  })
  for (const link of BAD_LINKS) {
    await following(link, async (_, caughtUp, delays) => {
      await sleep(BAD_FOR)
      const behind = await caughtUp()
      const [middle, worst] = [median(delays), Math.max(...delays)].map(Math.round)
      const name = Object.entries({ delay: DELAY, ...link }).map((entry) => entry.join(' '))
      report(
        `${name.join(', ')}: a line takes ${middle} ms (median), ${worst} ms (worst); all ${behind} s after the last`
      )
    })
  }
}

async function following(
  link: object,
  play: (stage: Stage, caughtUp: () => Promise<string>, delays: number[]) => Promise<void>
): Promise<void> {
  const stage = await Stage.open({ delay: DELAY, ...link })
  const typed: number[] = []
  const delays: number[] = []
  let next = 0
  const lines = new Lines((line) => {
    if (Number(line) !== next)
      throw new Error(`after line ${next - 1} came ${JSON.stringify(line)}`)
    delays.push(now() - typed[next++]!)
  })
  const writer = stage.writer('writer')
  const reader = stage.reader('reader', await writer.key(), { ondata: lines.ondata })
  const type = (): void => {
    writer.type(`${typed.length}\n`)
    typed.push(now())
  }
  type()
  await lines.until(() => next === 1)
  delays.length = 0
  const timer = setInterval(type, EVERY)
  const caughtUp = async (): Promise<string> => {
    const from = now()
    const { length } = typed
    await Promise.race([
      lines.until(() => next >= length),
      reader.ended.then(() => Promise.reject(new Error(`the reader ended: ${reader.stderr}`)))
    ])
    return ((now() - from) / 1000).toFixed(1)
  }
  try {
    await play(stage, caughtUp, delays)
  } finally {
    clearInterval(timer)
    await stage.close()
  }
}
