import { now } from '../log/clock.js'

/**
 * Keeps `Date.now()` of this process from going back. Bare's timers, those of HyperDHT and Hyperswarm too, wait for
 * a time of it (bare-timers 3.2.3): with the clock set back by an hour, each that runs comes an hour late. Forward
 * it goes as the clock does, which tells Hyperswarm that the machine has slept.
 */
export function keepFromGoingBack(): void {
  const clock = Date.now
  let [time, ticks] = [clock(), now()]
  Date.now = () => {
    const next = now()
    time = Math.max(clock(), time + next - ticks)
    ticks = next
    return Math.floor(time)
  }
}
