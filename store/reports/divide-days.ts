import { namesOf } from '../names.ts'
import type { NameId } from '../schema.ts'
import type { ReportContext } from './context.ts'
import type { UsedDay } from './days.ts'
import { countSessions, JoinedParts } from './day-parts.ts'
import { sumsByGroup } from './sums-by-group.ts'
import type { DayColumn, DayUsage } from './day-usage.ts'
import type { Filter } from './filter.ts'
import type { Pricer } from './pricer.ts'
import { Rows } from './rows.ts'
import type { StretchOfDays } from './stretch.ts'
import type { Sums } from '../../core/usage-sums.ts'
import { addSlice, addSums } from './sums.ts'
import { byTokenClass } from './token-classes.ts'

interface Wanted {
  readonly filter: Filter
  readonly pricer: Pricer
  readonly stretch: StretchOfDays
}

/** Adds days divided by a column; what its values stand for says `keyOf`, or else their names. */
export async function addDays(
  context: ReportContext,
  rows: Rows,
  { column, keyOf, ...wanted }: Wanted & { column: DayColumn; keyOf?: ((value: number) => string) | undefined },
): Promise<void> {
  const spans = await pricedDays(context, wanted)
  const divided = [...spans].map(([span, days]) => ({ span, groups: dividedSums(days, column) }))
  const groups = new Set(divided.flatMap((each) => [...each.groups.keys()]))
  const names = keyOf === undefined ? await namesOf(context.db, groups) : undefined
  for (const { span, groups: ofSpan } of divided) {
    for (const [group, sums] of ofSpan) rows.put(span, keyOf?.(group) ?? names?.get(group) ?? '', sums)
  }
}

function dividedSums(days: readonly UsedDay[], column: DayColumn): ReadonlyMap<NameId, Sums> {
  const [day] = days
  if (day !== undefined && days.length === 1) return sumsByGroup(day.usage.parts[column])
  return new Map([...joined(days, column)].map(([group, parts]) => [group, parts.sums]))
}

function joined(days: readonly UsedDay[], column: DayColumn): Map<NameId, JoinedParts> {
  const found = new Map<NameId, JoinedParts>()
  for (const { usage } of days) {
    const parts = usage.parts[column]
    for (let i = 0; i < parts.groups.length; i++) {
      const group = parts.groups[i] as NameId
      let ofGroup = found.get(group)
      if (ofGroup === undefined) found.set(group, (ofGroup = new JoinedParts()))
      ofGroup.add(parts, i)
    }
  }
  return found
}

/** Adds days divided by the class of a token, each with the sessions of all responses. */
export async function addDaysByType(context: ReportContext, rows: Rows, wanted: Wanted): Promise<void> {
  for (const [span, days] of await pricedDays(context, wanted)) {
    for (const { usage } of days) {
      for (const [key, sums] of classesOf(usage, wanted.pricer)) addSums(rows.at(span, key), sums)
    }
    const session_count = countSessions(days.map(({ usage }) => usage.parts.model))
    for (const { sums } of rows.ofSpan(span)) sums.session_count = session_count
  }
}

/** Days that have anything, by the span to which they belong. */
export async function daysBySpan(
  context: ReportContext,
  { days, spanOfDay }: StretchOfDays,
  filter: Filter,
): Promise<Map<number, UsedDay[]>> {
  const spans = new Map<number, UsedDay[]>()
  for (const [i, day] of (await context.daysOf(days, filter)).entries()) {
    const span = day.usage.quarters === undefined ? undefined : spanOfDay(day.date, i)
    if (span === undefined) continue
    const known = spans.get(span)
    if (known === undefined) spans.set(span, [day])
    else known.push(day)
  }
  return spans
}

async function pricedDays(
  context: ReportContext,
  { stretch, filter, pricer }: Wanted,
): Promise<Map<number, UsedDay[]>> {
  const spans = await daysBySpan(context, stretch, filter)
  for (const days of spans.values()) {
    for (const { usage } of days) {
      for (const model of usage.unpriced) pricer.unpriced.add(model)
      for (const model of usage.contractUnpriced) pricer.contractUnpriced.add(model)
    }
  }
  return spans
}

const classes = new WeakMap<DayUsage, Map<string, Sums>>()

function classesOf(usage: DayUsage, pricer: Pricer): ReadonlyMap<string, Sums> {
  const known = classes.get(usage)
  if (known !== undefined) return known
  const rows = new Rows()
  for (const priced of usage.priced) {
    for (const [key, part] of byTokenClass(priced, pricer)) addSlice(rows.at(0, key), part, pricer)
  }
  const found = new Map(rows.ofSpan(0).map(({ key, sums }) => [key, sums]))
  classes.set(usage, found)
  return found
}
