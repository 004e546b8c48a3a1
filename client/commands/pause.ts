import { Problem } from '../../core/problem.ts'
import { localDay, localTime } from '../../core/calendar.ts'
import { shortDay } from '../../core/dates.ts'
import { endPause, pauseNow, setPause } from '../automatic/pause.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const LONGEST_MS = 366 * UNITS.d

/** `forge pause [2h]`: nothing is sent by itself for so long, or until `forge resume`. */
export async function pauseCommand(duration: string | undefined, surroundings: Surroundings): Promise<ExitCode> {
  const { now, zone } = surroundings
  const since = now()
  const until = duration === undefined ? null : since + durationMs(duration)
  setPause(surroundings, { since, until })
  const end =
    until === null
      ? 'until forge resume'
      : `until ${shortDay(localDay(until, zone), localDay(since, zone))} ${localTime(until, zone)}`
  printDone(
    `Nothing is sent by itself ${end}. What Claude Code writes is read all the same and waits on this disk.`,
    surroundings,
  )
  return 0
}

/** `forge resume`: what waits goes with the next run of a hook or the timer. */
export function resumeCommand(surroundings: Surroundings): ExitCode {
  const was = pauseNow(surroundings)
  endPause(surroundings)
  printDone(
    was === undefined
      ? 'It was not paused.'
      : 'Sending by itself again; what waits goes with the next run. At once: forge sync',
    surroundings,
  )
  return 0
}

function durationMs(text: string): number {
  const [, amount, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const ms = Number(amount) * UNITS[unit as keyof typeof UNITS]
  if (ms > 0 && ms <= LONGEST_MS) return ms
  throw new Problem('invalid-request', `“${text}” is no length of time.`, { hint: 'Works: 30m, 2h, 7d' })
}
