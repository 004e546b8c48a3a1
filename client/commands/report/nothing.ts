import { isAccountNamed } from '../../../core/account-name.ts'
import { addDays, type Day } from '../../../core/day.ts'
import { shortDay } from '../../../core/dates.ts'
import { groupNames } from '../../../core/group-names.ts'
import { isModelNamed } from '../../../core/prices/named-model.ts'
import { listPrices } from '../../../core/prices/price-book.ts'
import { MAX_DAYS } from '../../../core/range.ts'
import type { AnswerOf, Reports } from '../../../core/report-specs.ts'
import { cleanName } from '../../../core/text.ts'
import type { Style } from '../../terminal/style.ts'
import { gapSentences } from '../tokens/gaps.ts'
import { type Filters, filterText, type RangeQuestion } from './options.ts'
import type { Scope } from './run.ts'

/** What was asked, and nothing found. */
export interface AskedInVain {
  readonly question: RangeQuestion
  readonly scope: Scope
  /** Days of the range that are not known, where the report tells them. */
  readonly gaps?: AnswerOf<'usage'>['gaps']
}

type AskedReports = Pick<Reports, 'totals' | 'usage'>

/** Sentences instead of a table. */
export type Sentences = (style: Style) => string[]

/**
 * Why there is nothing, and where there is something: a range with usage, the names that are known, or how to begin.
 * It asks for this, so it is called only where there is nothing.
 */
export async function whyNothing(reports: AskedReports, asked: AskedInVain): Promise<Sentences> {
  const { question, scope, gaps = [] } = asked
  const { filters } = question
  const { tz } = question.range
  const ofGaps = (style: Style) => gapSentences(gaps, question.today, style)
  const history = await reports.totals({ ...filters, tz })
  const { first_activity: first, last_activity: last } = history
  if (first !== null && last !== null) {
    return (style) => [...outsideRange(first, last, question, gaps.length === 0), ...ofGaps(style)]
  }
  if (Object.keys(filters).length === 0) return () => nothingAtAll(scope)
  const all = await reports.totals({ tz })
  if (all.first_activity === null) return () => nothingAtAll(scope)
  const to = all.last_activity ?? question.today
  const oldest = addDays(to, 1 - MAX_DAYS)
  const from = all.first_activity < oldest ? oldest : all.first_activity
  const known = await knownNames(reports, filters, { from, to, tz })
  const unknown = known.flatMap(({ filter, names, isKnown }) => {
    const strange = (filters[filter] ?? []).filter((name) => !isKnown(name))
    return strange.length === 0 ? [] : unknownNames(filter, strange, names)
  })
  return () => (unknown.length > 0 ? unknown : [`There is no usage of ${filterText(question)} at all.`])
}

function nothingAtAll(scope: Scope): string[] {
  return scope.kind === 'local'
    ? ['No usage was found on this machine yet.', 'Use Claude Code here, then look again: forge tokens']
    : [`${cleanName(scope.url)} has no usage yet.`, 'Send it what this machine has: forge sync']
}

function outsideRange(first: Day, last: Day, question: RangeQuestion, isKnown: boolean): string[] {
  const { today, days, filters } = question
  const aWeek = addDays(last, -6)
  const since = aWeek < first ? first : aWeek
  const known =
    first === last ? `on ${shortDay(first, today)}` : `from ${shortDay(first, today)} to ${shortDay(last, today)}`
  const what = filterText(question)
  const usage = isKnown ? 'No usage' : 'No usage is known'
  const flags = Object.entries(filters).flatMap(([name, values]) =>
    (values as string[]).map((value) => ` --${name} ${quoted(cleanName(value))}`),
  )
  return [
    `${usage} ${what === '' ? '' : `of ${what} `}on ${days === 1 ? 'this day' : 'these days'}. There is some ${known}:`,
    `forge tokens --since ${since} --until ${last}${flags.join('')}`,
  ]
}

/** As a shell takes it for one word. */
function quoted(value: string): string {
  return /^[\w./:@#~+-]+$/.test(value) && !/^[#~]/.test(value) ? value : `'${value.replaceAll(`'`, `'\\''`)}'`
}

interface Known {
  readonly filter: keyof Filters
  /** As screens show them, the largest first. */
  readonly names: readonly string[]
  readonly isKnown: (name: string) => boolean
}

/** What there is to be filtered by, of each filter that was given. */
async function knownNames(
  reports: AskedReports,
  filters: Filters,
  range: { from: Day; to: Day; tz: string },
): Promise<Known[]> {
  return Promise.all(
    (Object.keys(filters) as (keyof Filters)[]).map(async (filter) => {
      const { rows } = await reports.usage({ ...range, by: filter, every: 'month' })
      const totals = new Map<string, number>()
      for (const { group, total_tokens } of rows) totals.set(group, (totals.get(group) ?? 0) + total_tokens)
      totals.delete('')
      const groups = [...totals].toSorted(([, a], [, b]) => b - a).map(([group]) => group)
      const isKnown = (name: string) => groups.some((group) => IS_NAMED[filter](group, name))
      return { filter, names: [...groupNames(groups, filter).values()], isKnown }
    }),
  )
}

const isLabelled = (group: string, name: string) => group === name || group.replace(/~.{4}$/, '') === name

/** Is a group of a report called so? */
const IS_NAMED: Readonly<Record<keyof Filters, (group: string, name: string) => boolean>> = {
  machine: isLabelled,
  project: isLabelled,
  model: (model, name) => isModelNamed(model, [name], listPrices()),
  account: (account, name) => isAccountNamed(account, [name]),
}

/** So many names are told. */
const NAMED = 8

function unknownNames(filter: keyof Filters, strange: readonly string[], names: readonly string[]): string[] {
  const list = strange.map((name) => `“${cleanName(name)}”`).join(' or ')
  const more = names.length - NAMED
  const known = [...names.slice(0, NAMED).map(cleanName), ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return [
    `No ${filter} is called ${list}.`,
    names.length === 0 ? `No ${filter} is known.` : `Known ${filter}s: ${known}.`,
  ]
}
