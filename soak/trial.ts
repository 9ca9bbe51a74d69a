import type { Random } from '../lab/random.js'
import type { Stage } from '../lab/stage.js'

/** What a trial is given; it throws when anything is lost. */
export interface Trial {
  stage: Stage
  random: Random
  /** Prints a line of the report. */
  report: (text: string) => void
}
