import { changeText } from '../../core/comparison.ts'
import { compactCount, counted, percent } from '../../core/format.ts'
import type { Metric } from '../../core/metric.ts'
import { dollars } from '../../core/money.ts'
import type { AnswerOf, UsageSums } from '../../core/report-specs.ts'
import { amountOf, dividedTokens, sumOf } from '../../core/usage-sums.ts'
import type { View } from '../address.ts'
import { costOf } from '../amounts.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { useContext } from 'preact/hooks'
import { look } from '../navigation.ts'
import { Viewer } from '../viewer.ts'
import type { Question } from '../question.ts'

type Overview = AnswerOf<'overview'>

/** Four figures of the range, each with how it compares, its shape, and the metric of the chart behind it. */
export function Tiles({
  answer,
  view,
  question,
}: {
  readonly answer: Overview
  readonly view: View
  readonly question: Question
}) {
  const { hasCost } = useContext(Viewer)
  const { totals, periods, previous, machines } = answer
  const before = question.isAllTime || isEstimate(previous.totals) || isEstimate(totals) ? undefined : previous.totals
  const used = machines.filter((machine) => machine.total_tokens > 0).length
  const spark = (amount: (row: UsageSums) => number) => periods.map(amount)
  return (
    <section class="tiles" aria-label="In this range">
      <Tile
        title="Tokens"
        value={compactCount(totals.total_tokens)}
        note={comparison(totals.total_tokens, before?.total_tokens, compactCount)}
        amounts={spark((row) => row.total_tokens)}
        metric="tokens"
        view={view}
      />
      {hasCost && (
        <Tile
          title="Cost at list price"
          value={costOf(totals)}
          note={comparison(amountOf(totals, 'cost'), before && amountOf(before, 'cost'), (nano) =>
            dollars(BigInt(nano) * 1000n),
          )}
          amounts={spark((row) => amountOf(row, 'cost'))}
          metric="cost"
          view={view}
        />
      )}
      <Tile
        title="Cache reads"
        value={cacheShare(totals)}
        note={shareComparison(cacheShare(totals), before && cacheShare(before))}
        amounts={spark((row) => row.cache_read_tokens / Math.max(1, dividedTokens(sumOf([row]))))}
        metric="cache"
        view={view}
      />
      <Tile
        title="Sessions"
        value={compactCount(totals.session_count)}
        note={used > 0 ? `on ${counted(used, 'machine')}` : ''}
        amounts={spark((row) => row.session_count)}
        metric="sessions"
        view={view}
      />
    </section>
  )
}

function Tile({
  title,
  value,
  note,
  amounts,
  metric,
  view,
}: {
  readonly title: string
  readonly value: string
  readonly note: string
  readonly amounts: readonly number[]
  readonly metric: Metric
  readonly view: View
}) {
  const { isReadOnly } = useContext(Viewer)
  const content = (
    <>
      <span class="tile-title">{title}</span>
      <span class="tile-value">{value}</span>
      <span class="tile-note">{note}</span>
      <Sparkline amounts={amounts} />
    </>
  )
  if (isReadOnly) return <div class="card tile">{content}</div>
  return (
    <button type="button" class="card tile" aria-pressed={view.metric === metric} onClick={() => look({ metric })}>
      {content}
    </button>
  )
}

function comparison(now: number, then: number | undefined, text: (amount: number) => string): string {
  if (then === undefined || now === 0) return ''
  return then === 0 ? 'none in the period before' : changeText(now, then, text(then))
}

function shareComparison(now: string, then: string | undefined): string {
  if (then === undefined || then === '-' || now === '-') return ''
  return now === then ? 'same as before' : `${then} before`
}

function cacheShare(row: UsageSums): string {
  return percent(row.cache_read_tokens, dividedTokens(sumOf([row])))
}

/** A period that is known only as an estimate, even in part, has no total to compare with. */
function isEstimate({ estimated_tokens }: UsageSums): boolean {
  return estimated_tokens > 0
}
