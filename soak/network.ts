import { FROM_START } from '../lab/commands.js'
import { Link, type LinkOptions } from '../lab/link.js'
import { Stage } from '../lab/stage.js'
import { sleep } from '../lab/time.js'
import { Ticker } from './ticker.js'
import type { Trial } from './trial.js'

const DELAY = 25 // ms one way
const EVERY = 20 // ms, between two lines
const CUTS = [1, 10, 60] // s
const FLAPS = 50
const LONGEST_FLAP = 400 // ms
const MOVED_FOR = 1000 // ms
const BAD_LINKS = [
  { loss: 5 },
  { jitter: 20 },
  { rate: 1, delay: 300 },
  { loss: 5, jitter: 20, rate: 1 }
]
const BAD_FOR = 30_000 // ms

/**
 * A link that is cut, that flaps, that loses and reorders packets, and a reader whose address changes; a
 * line every EVERY ms meanwhile.
 */
export async function network({ random, report }: Trial): Promise<void> {
  if (!Link.available) return report('skipped: needs root')

  await following({}, async (stage, ticker) => {
    for (const seconds of CUTS) {
      stage.link!.cut()
      await sleep(seconds * 1000)
      stage.link!.mend()
      report(`cut for ${seconds} s: all lines ${await ticker.caughtUp()} s after it was mended`)
    }
    for (let i = 0; i < FLAPS; i++) {
      stage.link!.cut()
      await sleep(random.below(LONGEST_FLAP))
      stage.link!.mend()
      await sleep(random.below(LONGEST_FLAP))
    }
    report(
      `${FLAPS} cuts of up to ${LONGEST_FLAP} ms: all lines ${await ticker.caughtUp()} s after the last`
    )
    stage.link!.moveHostB()
    await sleep(MOVED_FOR)
    report(
      `the reader's address changed, ${MOVED_FOR / 1000} s ago: all lines ${await ticker.caughtUp()} s after that`
    )
  })
  for (const link of BAD_LINKS) {
    await following(link, async (_, ticker) => {
      await sleep(BAD_FOR)
      const behind = await ticker.caughtUp()
      const name = Object.entries({ delay: DELAY, ...link }).map((entry) => entry.join(' '))
      report(`${name.join(', ')}: ${ticker.delays()}; all ${behind} s after the last`)
    })
  }
}

async function following(
  link: Partial<LinkOptions>,
  play: (stage: Stage, ticker: Ticker) => Promise<void>
): Promise<void> {
  const stage = await Stage.open({ delay: DELAY, ...link })
  const ticker = new Ticker(EVERY)
  const writer = stage.writer('writer')
  stage.reader('reader', await writer.key(), {
    flags: FROM_START,
    ondata: ticker.lines.ondata
  })
  try {
    await ticker.start(writer)
    await Promise.race([play(stage, ticker), stage.failed])
  } finally {
    ticker.stop()
    await stage.close()
  }
}
