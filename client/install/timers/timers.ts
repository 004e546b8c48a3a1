import { cron } from './cron.ts'
import { launchd } from './launchd.ts'
import { systemd } from './systemd.ts'
import { taskScheduler } from './task-scheduler.ts'
import type { Timer, TimerName, TimerPlace } from './timer.ts'

/** The best of each system first: cron neither catches up after sleep nor tells what it did. */
const TIMERS: readonly Timer[] = [systemd, launchd, taskScheduler, cron]

/** The timer of this system; undefined where there is none, as in most containers. */
export function timerHere(place: TimerPlace): Timer | undefined {
  return TIMERS.find((timer) => timer.isHere(place))
}

export function timerNamed(name: TimerName): Timer {
  return TIMERS.find((timer) => timer.name === name) as Timer
}
