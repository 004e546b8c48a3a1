import { counted } from '../../core/format.ts'
import { daysFrom } from '../../core/day.ts'
import { rangeText, shortDay } from '../../core/dates.ts'
import { compactCount } from '../../core/format.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { Figure } from '../charts/figure.tsx'
import { type HeatDay, HeatLegend, YearHeatmap } from '../charts/year-heatmap.tsx'
import { useContext } from 'preact/hooks'
import { Viewer } from '../viewer.ts'
import { look } from '../navigation.ts'
import type { Question } from '../question.ts'

/** A year of days as squares. */
export function YearCard({ answer, question }: { readonly answer: AnswerOf<'overview'>; readonly question: Question }) {
  const { isReadOnly } = useContext(Viewer)
  const { heatmap } = answer
  const { today } = question
  const missing = new Set(
    heatmap.gaps.filter(({ state }) => state === 'missing').flatMap(({ from, to }) => daysFrom(from, to)),
  )
  const days = heatmap.days.map(({ date, total_tokens, estimated_tokens }): HeatDay => ({
    date,
    amount: total_tokens + estimated_tokens,
    words: `${total_tokens === 0 ? '≈' : ''}${compactCount(total_tokens + estimated_tokens)} tokens${total_tokens === 0 ? ', an estimate' : ''}`,
    isMissing: missing.has(date),
    isEstimate: total_tokens === 0 && estimated_tokens > 0,
  }))
  const busiest = days.reduce<HeatDay | undefined>(
    (most, day) => (day.amount > (most?.amount ?? 0) ? day : most),
    undefined,
  )
  const facts = [
    `${heatmap.active_days} active days of ${days.length}`,
    `streak ${counted(heatmap.streak_days, 'day')} (longest ${heatmap.longest_streak_days})`,
    ...(busiest === undefined ? [] : [`busiest ${shortDay(busiest.date, today)}, ${busiest.words}`]),
  ].join(' · ')
  const title = 'The year'
  return (
    <Figure
      title={title}
      note={rangeText(heatmap, today, '–')}
      summary={`${facts}.`}
      table={() => ({
        columns: ['Day', 'Tokens'],
        rows: days.filter(({ amount }) => amount > 0).map(({ date, words }) => [shortDay(date, today), words]),
      })}
      aside={<HeatLegend amounts={days.map(({ amount }) => amount)} unit="tokens" />}
    >
      <YearHeatmap
        days={days}
        today={today}
        label="Tokens of each day of the year"
        onPick={isReadOnly ? undefined : (day) => look({ range: { from: day, to: day }, every: undefined })}
      />
      <p class="facts">{facts}</p>
    </Figure>
  )
}
