import { parseUsd } from '../../../core/money.ts'
import type { UsageSums } from '../../../core/report-specs.ts'
import type { Style } from '../../terminal/style.ts'
import { costSentences, type Priced } from '../report/cost-sentences.ts'
import type { Listing } from '../report/listing.ts'
import type { Scope } from '../report/run.ts'
import { rangeText } from '../../../core/dates.ts'
import { sumOf } from '../../../core/usage-sums.ts'
import type { NumberOptions } from '../tokens/numbers.ts'
import { filterText, type RangeQuestion } from '../report/options.ts'

/** What the costs of a list are and leave out. */
export function costNotes(rows: readonly UsageSums[], answer: Priced, options: NumberOptions, style: Style): string[] {
  return costSentences(sumOf(rows), answer, options, style)
}

/** `16–22 Nov`, or all time. */
export function rangeTitle({ range, today }: RangeQuestion, isAllTime: boolean): string {
  return isAllTime ? 'all time' : rangeText(range, today, '–')
}

export function scopeTitle(scope: Scope): string {
  return scope.kind === 'local' ? 'this machine' : 'all machines'
}

/** What every list of a range says of itself: its title, its zone, and the answer for programs. */
export function headOf(
  name: string,
  answer: object,
  { question, scope }: { readonly question: RangeQuestion; readonly scope: Scope },
  isAllTime = false,
): Pick<Listing, 'document' | 'title' | 'right'> {
  return {
    document: documentOf(answer, scope, question.now),
    title: [name, rangeTitle(question, isAllTime), scopeTitle(scope), filterText(question)],
    right: question.range.tz,
  }
}

/** The API's documents name where the answer comes from and when it was asked. */
export function documentOf(answer: object, scope: Scope, now: number): Record<string, unknown> {
  return { as_of: new Date(now).toISOString(), source: scope.kind, ...answer }
}

export function usd(row: UsageSums): bigint {
  return row.cost_usd === null ? 0n : parseUsd(row.cost_usd)
}
