import { localDay } from '../../../core/calendar.ts'
import { addDays, dayNumber, type Day } from '../../../core/day.ts'
import { Problem } from '../../../core/problem.ts'
import { type DayRange, MAX_DAYS, parseDay, resolveRange } from '../../../core/range.ts'
import type { Grouping } from '../../../core/grouping.ts'
import type { Surroundings } from '../../surroundings.ts'
import type { StyleFlags } from '../../terminal/style.ts'

/** What `forge tokens` takes on the command line. */
export interface TokensOptions extends StyleFlags {
  /** So many days, ending at `until` or today. */
  readonly days?: number | undefined
  /** First and last day as people type them: `7d`, `yesterday`, `monday`, `2026-11-01`. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly by?: Grouping | undefined
  /** IANA zone whose days are meant; this machine's own by default. */
  readonly tz?: string | undefined
  readonly json?: boolean | undefined
  readonly csv?: boolean | undefined
  readonly plain?: boolean | undefined
  /** Numbers in full instead of with a unit. */
  readonly full?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly accessible?: boolean | undefined
}

/** What is asked of the reports. */
export interface TokensQuestion {
  readonly range: DayRange
  /** The same number of days before, to compare with. */
  readonly before: DayRange
  readonly days: number
  readonly by: Grouping
  readonly today: Day
  readonly now: number
}

const DEFAULT_DAYS = 7

/** The question that options mean. Throws `invalid-request` for one that cannot be asked, with what would work. */
export function tokensQuestion(
  options: TokensOptions,
  { now, zone }: Pick<Surroundings, 'now' | 'zone'>,
): TokensQuestion {
  refuseContradictions(options)
  const tz = options.tz ?? zone
  const today = localDay(now(), tz)
  const range = resolveRange(
    {
      days: checkedDays(options.days),
      from: options.since === undefined ? undefined : parseDay(options.since, '--since', today),
      to: options.until === undefined ? undefined : parseDay(options.until, '--until', today),
      tz,
    },
    { now: now(), tz, days: DEFAULT_DAYS },
  )
  const days = dayNumber(range.to) - dayNumber(range.from) + 1
  const before = { from: addDays(range.from, -days), to: addDays(range.from, -1), tz }
  return { range, before, days, by: options.by ?? 'model', today, now: now() }
}

function checkedDays(days: number | undefined): number | undefined {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) return days
  throw new Problem('invalid-request', `--days must be a whole number from 1 to ${MAX_DAYS}.`, {
    hint: 'Such as: forge tokens -d 30',
  })
}

function refuseContradictions({ days, since, json, csv, plain }: TokensOptions): void {
  if (days !== undefined && since !== undefined) {
    throw new Problem('invalid-request', '--days and --since both say where to begin.', {
      hint: 'Use one of them. --until works with either.',
    })
  }
  const formats = Object.entries({ '--json': json, '--csv': csv, '--plain': plain }).filter(([, wanted]) => wanted)
  if (formats.length > 1) {
    throw new Problem('invalid-request', `${formats.map(([flag]) => flag).join(' and ')} are different formats.`, {
      hint: 'Choose one of them.',
    })
  }
}
