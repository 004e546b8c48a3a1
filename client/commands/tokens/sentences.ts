import { localTime } from '../../../core/calendar.ts'
import { GROUPINGS } from '../../../core/grouping.ts'
import type { AnswerOf } from '../../../core/report-specs.ts'
import type { Style } from '../../terminal/style.ts'
import { costSentences, type Priced } from '../report/cost-sentences.ts'
import type { Scope } from '../report/run.ts'
import { type Comparison, comparisonSentence } from '../report/comparison.ts'
import { type Sums, sumOf } from '../../../core/usage-sums.ts'
import { deletionWarning, freshness } from './freshness.ts'
import { gapSentences } from './gaps.ts'
import { cachedShare, countText, estimateText, type NumberOptions } from './numbers.ts'
import type { TokensQuestion } from './question.ts'

/** All that the sentences below a graph are made from. */
export interface Told extends Comparison {
  readonly question: TokensQuestion
  /** What of the range is not known, and at which prices it is. */
  readonly answer: Pick<AnswerOf<'usage'>, 'gaps' | keyof Priced>
  readonly machines: AnswerOf<'machines'>['machines']
  readonly scope: Scope
}

/** `all machines (3)`, or what else the numbers cover. */
export function scopeText({ scope, machines }: Pick<Told, 'scope' | 'machines'>): string {
  if (scope.kind === 'local') return 'this machine'
  return `all machines (${machines.filter((machine) => machine.is_active).length})`
}

/** What the numbers mean and how fresh they are, as paragraphs of sentences. */
export function explanations(told: Told, options: NumberOptions, style: Style): string[][] {
  const { question, totals, machines, scope, answer } = told
  const sums = sumOf([totals])
  const synced = scope.kind === 'local' ? localScope(scope) : (freshness(machines, question.now, style) ?? '')
  return [
    [comparisonSentence(told, { question, metric: question.metric }, options, style), partialToday(question)],
    [definition(sums), undivided(question)],
    costSentences(sums, answer, options, style),
    [estimates(sums, options, style), reported(sums, options)],
    [synced],
    [...gapSentences(answer.gaps, question.today, style), deletionWarning(machines, question.now, style)],
  ]
    .map((sentences) => sentences.filter((sentence) => sentence !== ''))
    .filter((sentences) => sentences.length > 0)
}

/** The commands that help next, each a piece that is never broken. */
export function nextCommands({ question: { by, days }, scope }: Pick<Told, 'question' | 'scope'>): string[][] {
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

function partialToday({ range, today, now }: TokensQuestion): string {
  if (range.to < today || range.from > today) return ''
  return `Today is partial, as of ${localTime(now, range.tz)}.`
}

function definition(sums: Sums): string {
  const share = cachedShare(sums)
  const cached = share === '-' ? '' : `; ${share} are cache reads`
  return `Tokens = input + output + cache writes + cache reads${cached}.`
}

/** What is drawn undivided, though bars usually are. */
function undivided({ metric, by }: TokensQuestion): string {
  if (by !== 'none' || metric === 'tokens') return ''
  if (metric === 'sessions') return 'Sessions are drawn undivided: one may be of several models.'
  return metric === 'messages' ? 'Messages are prompts and responses, drawn undivided: a prompt is of no model.' : ''
}

function estimates(sums: Sums, options: NumberOptions, style: Style): string {
  if (sums.estimated_tokens === 0) return ''
  const amount = estimateText(sums.estimated_tokens, options, style)
  return `${amount} is an estimate of stats-cache.json, about twice too high, in no total.`
}

function reported({ reported_tokens }: Sums, options: NumberOptions): string {
  if (reported_tokens === 0) return ''
  return `${countText(reported_tokens, options)} of the total are day totals of original clients or imports.`
}

function localScope({ joined, away }: Scope & { kind: 'local' }): string {
  if (away) return 'This machine only, as the server is away.'
  return joined ? 'This machine only; all of them without --local.' : 'This machine only.'
}
