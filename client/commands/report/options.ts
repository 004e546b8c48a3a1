import { localDay } from '../../../core/calendar.ts'
import { dayNumber, type Day } from '../../../core/day.ts'
import { Problem } from '../../../core/problem.ts'
import { type DayRange, MAX_DAYS, parseDay, periodBefore, resolveRange } from '../../../core/range.ts'
import { cleanName } from '../../../core/text.ts'
import type { Surroundings } from '../../surroundings.ts'
import { type StyleFlags, wantsSentences } from '../../terminal/style.ts'

/** What every command that reads takes on the command line. */
export interface ReportOptions extends StyleFlags {
  /** So many days, ending at `until` or today. */
  readonly days?: number | undefined
  /** First and last day as people type them: `7d`, `yesterday`, `monday`, `2026-11-01`. */
  readonly since?: string | undefined
  readonly until?: string | undefined
  /** IANA zone whose days are meant; this machine's own by default. */
  readonly tz?: string | undefined
  readonly machine?: string[] | undefined
  readonly project?: string[] | undefined
  readonly model?: string[] | undefined
  readonly account?: string[] | undefined
  readonly local?: boolean | undefined
  readonly json?: boolean | undefined
  readonly csv?: boolean | undefined
  readonly plain?: boolean | undefined
  readonly markdown?: boolean | undefined
  /** Numbers in full instead of with a unit. */
  readonly full?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly accessible?: boolean | undefined
}

/** The days that a report is about. */
export interface RangeQuestion {
  readonly range: DayRange
  /** As many days before, to compare with. */
  readonly before: DayRange
  readonly days: number
  readonly today: Day
  readonly now: number
  /** Whose usage: the API's filters. */
  readonly filters: Filters
}

export interface Filters {
  readonly machine?: string[]
  readonly project?: string[]
  readonly model?: string[]
  readonly account?: string[]
}

/** Of lists that can be set against the period before. */
export interface ComparedOptions extends ReportOptions {
  readonly compare?: boolean | undefined
}

export type Format = 'json' | 'csv' | 'tsv' | 'markdown' | 'sentences' | 'screen'

/** The days that options mean. Throws `invalid-request` for options that mean nothing, with what would work. */
export function rangeQuestion(
  options: ReportOptions,
  { now, zone }: Pick<Surroundings, 'now' | 'zone'>,
  defaultDays: number,
): RangeQuestion {
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
    { now: now(), tz, days: defaultDays },
  )
  const days = dayNumber(range.to) - dayNumber(range.from) + 1
  return { range, before: periodBefore(range), days, today, now: now(), filters: filtersOf(options) }
}

/** Does someone ask for days of their own, or is the command's default meant? */
export function namesRange({ days, since, until }: ReportOptions): boolean {
  return (days ?? since ?? until) !== undefined
}

export function filtersOf({ machine, project, model, account }: ReportOptions): Filters {
  return {
    ...(machine && { machine }),
    ...(project && { project }),
    ...(model && { model }),
    ...(account && { account }),
  }
}

/** `machine studio, model claude-opus-5`, or nothing: what was filtered. */
export function filterText({ filters }: Pick<RangeQuestion, 'filters'>): string {
  return Object.entries(filters)
    .map(([name, values]) => `${name} ${(values as string[]).map(cleanName).join(' or ')}`)
    .join(', ')
}

/** What someone asked for by a flag; else rows for a program, and sentences or a picture for a person. */
export function formatOf(options: ReportOptions, surroundings: Surroundings): Format {
  if (options.json) return 'json'
  if (options.csv) return 'csv'
  if (options.markdown) return 'markdown'
  if (options.plain) return 'tsv'
  if (options.accessible) return 'sentences'
  if (!surroundings.stdout.isTTY) return 'tsv'
  return wantsSentences(surroundings) ? 'sentences' : 'screen'
}

function checkedDays(days: number | undefined): number | undefined {
  if (days === undefined || (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS)) return days
  throw new Problem('invalid-request', `--days must be a whole number from 1 to ${MAX_DAYS}.`, {
    hint: 'Such as: forge tokens -d 30',
  })
}

function refuseContradictions({ days, since, json, csv, plain, markdown }: ReportOptions): void {
  if (days !== undefined && since !== undefined) {
    throw new Problem('invalid-request', '--days and --since both say where to begin.', {
      hint: 'Use one of them. --until works with either.',
    })
  }
  const formats = Object.entries({ '--json': json, '--csv': csv, '--plain': plain, '--markdown': markdown }).filter(
    ([, wanted]) => wanted,
  )
  if (formats.length > 1) {
    throw new Problem('invalid-request', `${formats.map(([flag]) => flag).join(' and ')} are different formats.`, {
      hint: 'Choose one of them.',
    })
  }
}
