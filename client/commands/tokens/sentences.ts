import { localTime } from '../../../core/calendar.ts'
import { addDays, type Day } from '../../../core/day.ts'
import { GROUPINGS } from '../../../core/grouping.ts'
import type { AnswerOf } from '../../../core/report-specs.ts'
import { cleanName } from '../../../core/text.ts'
import { rangeText, shortDay, weekdayName } from '../../../core/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { costSentences, type Priced } from '../report/cost-sentences.ts'
import type { RangeQuestion } from '../report/options.ts'
import type { Scope } from '../report/run.ts'
import { changeText } from '../../../core/comparison.ts'
import type { Sums } from '../../../core/usage-sums.ts'
import type { TerminalUsage } from './days.ts'
import { deletionWarning, freshness } from './freshness.ts'
import { gapSentences } from './gaps.ts'
import { cachedShare, countText, estimateText, type NumberOptions } from './numbers.ts'
import type { TokensQuestion } from './question.ts'

/** All that the sentences below a graph are made from. */
export interface Told {
  readonly question: TokensQuestion
  readonly usage: TerminalUsage
  readonly answer: Pick<AnswerOf<'usage'>, 'gaps' | keyof Priced>
  readonly before: AnswerOf<'totals'>
  readonly machines: AnswerOf<'machines'>['machines']
  readonly scope: Scope
}

/** `all machines (3)`, or what else the numbers cover. */
export function scopeText({ scope, machines }: Pick<Told, 'scope' | 'machines'>): string {
  if (scope.kind === 'local') return 'this machine'
  return `all machines (${machines.filter((machine) => machine.is_active).length})`
}

/** `machine studio, model claude-opus-5`, or nothing: what was filtered. */
export function filterText({ filters }: Pick<RangeQuestion, 'filters'>): string {
  return Object.entries(filters)
    .map(([name, values]) => `${name} ${(values as string[]).map(cleanName).join(' or ')}`)
    .join(', ')
}

/** What the numbers mean and how fresh they are, as paragraphs of sentences. */
export function explanations(told: Told, options: NumberOptions, style: Style): string[][] {
  const { question, usage, machines, scope, answer } = told
  const synced = scope.kind === 'local' ? localScope(scope.joined) : (freshness(machines, question.now, style) ?? '')
  return [
    [comparison(told, options, style), partialToday(question)],
    [definition(usage.sums)],
    costSentences(usage.sums, answer, options, style),
    [estimates(usage, options, style), reported(usage.sums, options)],
    [synced],
    [...gapSentences(answer.gaps, question.today, style), deletionWarning(machines, question.now, style)],
  ]
    .map((sentences) => sentences.filter((sentence) => sentence !== ''))
    .filter((sentences) => sentences.length > 0)
}

/** The commands that help next, each a piece that is never broken. */
export function nextCommands({ question: { by, days }, scope }: Told): string[][] {
  const others = GROUPINGS.slice(0, 4).filter((grouping) => grouping !== by)
  const more = [
    `More: --by ${others.join('|')}`,
    '--metric cost|output',
    days >= 30 ? '-d 7' : '-d 30',
    'forge explain',
  ]
  if (scope.kind === 'server' || scope.joined) return [more]
  return [more, ['All your machines: forge serve on one, forge login URL on each']]
}

/** What to say instead of a total when the range is empty. `history` is the usage of all time. */
export function nothingSentences(
  { question, scope }: { readonly question: RangeQuestion; readonly scope: Scope },
  history: AnswerOf<'totals'>,
): string[] {
  const { first_activity: first, last_activity: last } = history
  if (first !== null && last !== null) return outsideRange(first, last, question)
  return scope.kind === 'local'
    ? ['No usage was found on this machine yet.', 'Use Claude Code here, then look again: forge tokens']
    : [`${cleanName(scope.url)} has no usage yet.`, 'Send it what this machine has: forge sync']
}

function outsideRange(first: Day, last: Day, { today, days, filters }: RangeQuestion): string[] {
  const aWeek = addDays(last, -6)
  const since = aWeek < first ? first : aWeek
  const known =
    first === last ? `on ${shortDay(first, today)}` : `from ${shortDay(first, today)} to ${shortDay(last, today)}`
  const what = filterText({ filters })
  return [
    `No usage ${what === '' ? '' : `of ${what} `}on ${days === 1 ? 'this day' : 'these days'}. There is some ${known}:`,
    `forge tokens --since ${since} --until ${last}`,
  ]
}

function comparison({ question, usage, before }: Told, options: NumberOptions, style: Style): string {
  const [now, then] = [usage.sums.total_tokens, before.total_tokens]
  // A period that is known only as an estimate, even in part, has no total to compare with.
  if (now === 0 || before.estimated_tokens > 0 || usage.sums.estimated_tokens > 0) return ''
  const period = periodBefore(question, style)
  if (then === 0) return `No use ${question.days === 1 ? 'on' : 'in'} ${period}.`
  const change = changeText(now, then, `${period} (${countText(then, options)})`)
  return `${change.slice(0, 1).toUpperCase()}${change.slice(1)}.`
}

/** What a range is compared with, weekday by weekday. */
function periodBefore({ days, before, today }: TokensQuestion, { signs }: Style): string {
  if (days === 1) return `the ${weekdayName(before.from)} before`
  if (days === 7) return 'the week before'
  if (days % 7 === 0) return `the ${days / 7} weeks before`
  return rangeText(before, today, signs.to)
}

function partialToday({ range, today, now }: TokensQuestion): string {
  if (range.to < today || range.from > today) return ''
  return `Today is partial, as of ${localTime(now, range.tz)}.`
}

function definition(sums: Sums): string {
  const share = cachedShare(sums)
  const cached = share === '-' ? '' : `; ${share} are cache reads`
  return `Tokens = input + output + cache writes + cache reads${cached}.`
}

function estimates({ sums }: TerminalUsage, options: NumberOptions, style: Style): string {
  if (sums.estimated_tokens === 0) return ''
  const amount = estimateText(sums.estimated_tokens, options, style)
  return `${amount} is an estimate of stats-cache.json, about twice too high, in no total.`
}

function reported({ reported_tokens }: Sums, options: NumberOptions): string {
  if (reported_tokens === 0) return ''
  return `${countText(reported_tokens, options)} of the total are day totals of original clients or imports.`
}

function localScope(joined: boolean): string {
  return joined ? 'This machine only; all of them without --local.' : 'This machine only.'
}
