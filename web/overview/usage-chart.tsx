import { drawUsage, periodsOf } from '../../core/drawn-usage.ts'
import { useContext, useMemo } from 'preact/hooks'
import { Viewer } from '../viewer.ts'
import { isDivisible } from '../../core/metric.ts'
import { besideEach } from '../../core/paired-periods.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import type { View } from '../address.ts'
import { METRIC_TITLES } from '../amounts.ts'
import { type Bar, type Bars, barsOf, barsSummary, barsTable } from '../charts/bars.ts'
import { Figure } from '../charts/figure.tsx'
import { Legend } from '../charts/legend.tsx'
import { StackedBars } from '../charts/stacked-bars.tsx'
import { look } from '../navigation.ts'
import { COLOURS, coloursOf } from '../series-colours.ts'
import type { Question } from '../question.ts'

/** The bars of the range, divided as asked. */
export function UsageChart({
  answer,
  view,
  question,
}: {
  readonly answer: AnswerOf<'overview'>
  readonly view: View
  readonly question: Question
}) {
  const { metric, by, compare } = view
  const periods = useMemo(() => periodsOf(answer), [answer])
  const chart = useMemo(() => chartOf(answer, periods, view, question), [answer, metric, by, compare, question.now])
  const { isReadOnly } = useContext(Viewer)
  const title = `${METRIC_TITLES[metric]} per ${answer.every}`
  return (
    <Figure
      title={title}
      summary={barsSummary(chart, question.today)}
      table={() => barsTable(chart)}
      aside={<Legend chart={chart} by={isDivisible(metric, by) ? by : 'none'} compare={compare} />}
    >
      <StackedBars chart={chart} label={title} onPick={isReadOnly ? undefined : pick} />
    </Figure>
  )
}

function chartOf(
  answer: AnswerOf<'overview'>,
  periods: ReturnType<typeof periodsOf>,
  { metric, compare }: View,
  { today, now, isAllTime }: Question,
): Bars {
  const { tz, gaps } = answer
  const drawn = isDivisible(metric, answer.by)
    ? drawUsage(answer, metric, COLOURS, periods)
    : drawUsage(undivided(answer), metric, COLOURS)
  const previous = compare && !isAllTime ? amountsBefore(answer, metric) : undefined
  const colours = coloursOf(drawn.series, answer.by)
  return barsOf({ drawn, metric, colours, gaps, tz, today, now, previous }, isAllTime)
}

function undivided(answer: AnswerOf<'overview'>): AnswerOf<'overview'> {
  return { ...answer, by: 'none', rows: answer.periods.map((period) => ({ ...period, group: '' })) }
}

/** What the period before had, bar by bar. */
function amountsBefore(answer: AnswerOf<'overview'>, metric: View['metric']): number[] {
  const { from, to, tz, periods } = answer.previous
  const rows = periods.map((period) => ({ ...period, group: '' }))
  const before = drawUsage({ ...answer, from, to, rows }, metric, 1)
  return besideEach(answer.every, answer, { from, to, tz, periods: before.days }).map((day) => day?.parts[0] ?? 0)
}

function pick(first: Bar, last: Bar): void {
  look({ range: { from: first.days.from, to: last.days.to }, every: undefined })
}
