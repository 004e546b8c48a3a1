import { sql } from 'kysely'
import { calendarDays, localDay, type Span, startOfDay } from '../../core/calendar.ts'
import { addDays, type Day, dayFromNumber } from '../../core/day.ts'
import { type DayRange, resolveRange } from '../../core/range.ts'
import type { CoverageState } from '../../core/reports/fields.ts'
import type { AnswerOf, QueryOf } from '../../core/report-specs.ts'
import { type CoverageSpan, coverageOf, joinSpans } from '../coverage.ts'
import { namesOf } from '../names.ts'
import { machineIds } from '../shown-as.ts'
import type { ReportContext } from './context.ts'
import { shownFigures } from './figures.ts'
import { type Filter, filterOf } from './filter.ts'
import { machineLabels } from './labels.ts'
import { DEFAULT_DAYS } from './default-range.ts'

const DAY_MS = 86_400_000
/** After how many days Claude Code deletes transcripts, unless its settings say otherwise. */
const DEFAULT_CLEANUP_DAYS = 30

/** What tells how well a machine's days are known. */
interface Knowledge {
  readonly machine: string
  readonly is_active: boolean
  readonly cleanup_period_days: number | null
  readonly spans: readonly CoverageSpan[]
  /** The time of which it could tell: a machine for a job is there for the job, and one that was put away has ended. */
  readonly lived: { readonly starts: number; readonly ends: number }
  /** The first (UTC) day of which anything is known. */
  readonly first_day: string | undefined
}

type Coverage = AnswerOf<'coverage'>

/**
 * For each machine and day until today: how well is it known? What was before the first reading, and before what Claude
 * Code still had then, is as unknown as any other day that was never read.
 */
export async function coverage(context: ReportContext, query: QueryOf<'coverage'>): Promise<Coverage> {
  const range = resolveRange(query, { now: context.now(), tz: context.tz, days: DEFAULT_DAYS })
  const rows = await coverageRows(context, range, await filterOf(context, query))
  return { ...range, machines: rows.map(({ known_from: _, ...row }) => row) }
}

/**
 * The stretches of days of a range of which something is missing. Of the time before a machine was first known it is not
 * known whether there was one: that is missing only as far as no other machine is known of the time, either.
 */
export async function gapsOf(
  context: ReportContext,
  range: DayRange,
  { takesMachine }: Filter,
): Promise<AnswerOf<'daily'>['gaps']> {
  const rows = (await coverageRows(context, range, await filterOf(context, {}))).filter(
    ({ machine, is_active }) => is_active && takesMachine(machine),
  )
  const begin = rows.reduce((first, { known_from }) => (known_from < first ? known_from : first), '~')
  return rows
    .flatMap(({ machine, hostname, days, known_from }) =>
      stretchesOf(days.filter(({ date }) => date >= known_from || date < begin)).map((stretch) => ({
        ...stretch,
        machine,
        hostname,
      })),
    )
    .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.machine < b.machine ? -1 : 1))
}

interface Stretch {
  from: Day
  to: Day
  readonly state: 'missing' | 'partial'
}

/** Neighbouring days that are missing or partial, as one. Days come in order. */
function stretchesOf(days: Coverage['machines'][number]['days']): Stretch[] {
  const stretches: Stretch[] = []
  let last: Stretch | undefined
  for (const { date, state } of days) {
    if (last?.state === state && addDays(last.to, 1) === date) last.to = date
    else if (state === 'missing' || state === 'partial') stretches.push((last = { from: date, to: date, state }))
    else last = undefined
  }
  return stretches
}

async function coverageRows(
  context: ReportContext,
  range: DayRange,
  filter: Filter,
): Promise<(Coverage['machines'][number] & { readonly known_from: Day })[]> {
  const now = context.now()
  const days = calendarDays(range.from, range.to, range.tz)
  const known = (await knowledge(context)).filter(({ machine }) => filter.takesMachine(machine))
  const active = await daysWithEvents(context, range, filter)
  const estimated = daysByMachine(await shownFigures(context, filter, range))
  const labels = await machineLabels(context)
  return known.map((of) => {
    const { machine, is_active, cleanup_period_days, spans, first_day, lived } = of
    const [first] = spans
    const isRead = first !== undefined
    const shown = days
      .filter(({ label, starts }) => starts <= now && (isRead || (first_day ?? '~') <= label))
      .filter(({ starts, ends }) => starts < lived.ends && ends > lived.starts)
    const since = isRead ? firstWholeDay(first.starts, range.tz) : '~'
    return {
      known_from: first_day !== undefined && first_day < since ? first_day : since,
      machine,
      hostname: labels.of(machine),
      is_active,
      last_read: lastRead(spans) === undefined ? null : new Date(lastRead(spans) as number).toISOString(),
      cleanup_period_days,
      first_day: first_day ?? null,
      days: shown.map((day) => {
        const has = (days: DaysByMachine) => days.get(machine)?.has(day.label) === true
        const found = has(active) ? 'events' : has(estimated) ? 'figures' : 'nothing'
        return { date: day.label, state: stateOf(day, of, found, now) }
      }),
    }
  })
}

/**
 * A day is complete when it was read to its end before any of it could be deleted. While Claude Code still keeps it, it
 * is open. After that, what was not read is lost, and what is known of it is a part, an estimate, or nothing.
 */
function stateOf(
  day: Span,
  { spans, cleanup_period_days, lived }: Knowledge,
  found: 'events' | 'figures' | 'nothing',
  now: number,
): CoverageState {
  const [starts, ends] = [Math.max(day.starts, lived.starts), Math.min(day.ends, lived.ends)]
  // Original clients and first versions of this one do not say what they read.
  if (spans.length === 0) return found === 'figures' ? 'estimated' : 'open'
  if (spans.some((span) => span.starts <= starts && ends <= span.ends)) return 'complete'
  const kept_ms = (cleanup_period_days ?? DEFAULT_CLEANUP_DAYS) * DAY_MS
  if (ends > (lastRead(spans) ?? 0) && now < starts + kept_ms) return 'open'
  return found === 'events' ? 'partial' : found === 'figures' ? 'estimated' : 'missing'
}

/** The first local day that begins at an instant, or after it. */
function firstWholeDay(instant: number, tz: string): Day {
  const day = localDay(instant, tz)
  return startOfDay(day, tz) >= instant ? day : addDays(day, 1)
}

function lastRead(spans: readonly CoverageSpan[]): number | undefined {
  return spans.at(-1)?.ends
}

async function knowledge(context: ReportContext): Promise<Knowledge[]> {
  const { db, owner } = context
  const { rows } = await sql<MachineFacts>`
    select m.id, m.merged_into, m.is_active, m.is_ephemeral, m.archived_at, m.cleanup_period_days, (
      select min(day) from (
        select min(s.day) as day from seen_day s where s.owner = m.owner and s.machine = n.id
        union all select min(f.day) from day_figure f where f.owner = m.owner and f.machine = n.id) d) as first_day
    from machine m left join name n on n.value = m.id
    where m.owner = ${owner} and m.erased_at = 0 and m.deleted_at = 0 order by m.hostname, m.id
  `.execute(db)
  const spans = await coverageOf(db, owner)
  const is = machineIds(rows)
  const families = Map.groupBy(rows, ({ id }) => is(id))
  return rows
    .filter(({ merged_into }) => merged_into === '')
    .map(({ id, is_active, is_ephemeral, archived_at, cleanup_period_days }) => {
      const family = families.get(id) ?? []
      const read = joinSpans(family.flatMap((of) => spans.get(of.id) ?? []))
      const first_days = family.flatMap(({ first_day }) => (first_day === null ? [] : [first_day]))
      return {
        machine: id,
        is_active: is_active === 1,
        cleanup_period_days: cleanup_period_days || null,
        spans: read,
        lived: {
          starts: is_ephemeral === 1 ? (read[0]?.starts ?? -Infinity) : -Infinity,
          ends: is_ephemeral === 1 || archived_at > 0 ? (lastRead(read) ?? Infinity) : Infinity,
        },
        first_day: first_days.length === 0 ? undefined : dayFromNumber(Math.min(...first_days)),
      }
    })
}

interface MachineFacts {
  readonly id: string
  readonly merged_into: string
  readonly is_active: number
  readonly is_ephemeral: number
  readonly archived_at: number
  readonly cleanup_period_days: number
  readonly first_day: number | null
}

type DaysByMachine = ReadonlyMap<string, ReadonlySet<Day>>

function daysByMachine(rows: Iterable<{ readonly machine: string; readonly date: Day }>): DaysByMachine {
  const days = new Map<string, Set<Day>>()
  for (const { machine, date } of rows) {
    const known = days.get(machine)
    if (known === undefined) days.set(machine, new Set([date]))
    else known.add(date)
  }
  return days
}

async function daysWithEvents(context: ReportContext, range: DayRange, filter: Filter): Promise<DaysByMachine> {
  const days = await context.daysOf(range, filter)
  const groups = new Set(days.flatMap(({ usage }) => usage.parts.machine.groups))
  const names = await namesOf(context.db, groups)
  return daysByMachine(
    days.flatMap(({ date, usage }) =>
      usage.parts.machine.groups.map((group) => ({ date, machine: names.get(group) ?? '' })),
    ),
  )
}
