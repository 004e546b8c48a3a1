import { localDay } from '../../core/calendar.ts'
import type { Day } from '../../core/day.ts'
import { rowLabel, shortDay, spokenDay } from '../../core/dates.ts'
import type { DayUsage, DrawnUsage } from '../../core/drawn-usage.ts'
import { percent } from '../../core/format.ts'
import type { Metric } from '../../core/metric.ts'
import type { AnswerOf } from '../../core/report-specs.ts'
import { amountText, amountWords } from '../amounts.ts'

/** What a chart of bars is drawn from: plain data, the same for the picture, its words and its table. */
export interface Bars {
  readonly metric: Metric
  readonly every: DrawnUsage['every']
  readonly series: readonly BarSeries[]
  readonly bars: readonly Bar[]
}

export interface BarSeries {
  readonly name: string
  /** The group that it is, where it is one: what a filter takes. */
  readonly group: string | undefined
  /** 0 to 5, or 6 for what is left over. */
  readonly colour: number
}

export interface Bar {
  readonly label: string
  readonly days: { readonly from: Day; readonly to: Day }
  readonly parts: readonly number[]
  readonly total: number
  /** An estimate that is in no total, drawn hollow. */
  readonly estimate: number
  /** The period is not over. */
  readonly isPartial: boolean
  /** What is not known of it, in words; empty where all is. */
  readonly unknown: string
  readonly previous: number | undefined
}

/** A label of a bar: `Thu 19 Nov`, `Thu 14:00`, `week of 16 Nov`, `Nov 2026`. */
export function barLabel(day: Pick<DayUsage, 'date' | 'label'>, every: DrawnUsage['every'], today: Day): string {
  switch (every) {
    case 'hour':
      return `${shortDay(day.date, today)} ${day.label.slice(11, 16)}`
    case 'day':
      return shortDay(day.date, today)
    case 'week':
      return `week of ${shortDay(day.label, today).slice(4)}`
    case 'month':
      return rowLabel(day.label, { year: true }).slice(7)
  }
}

/** A short mark for the axis, where there is room for few. */
export function tickLabel(bar: Bar, every: DrawnUsage['every']): string {
  if (every === 'hour') return bar.label.slice(-5)
  const [, number, month, year] = rowLabel(bar.days.from, { year: true }).split(/\s+/)
  return every === 'month' ? `${month} ${year?.slice(2)}` : `${number} ${month}`
}

/** What an arrow key or a pointer on a bar tells. */
export function barWords({ metric, series }: Bars, bar: Bar): string {
  const parts = series
    .map(({ name }, s) => [name, bar.parts[s] ?? 0] as const)
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => `${name} ${amountText(metric, amount)}`)
  return [
    `${bar.label}: ${amountWords(metric, bar.total)}`,
    parts.length > 1 ? parts.join(', ') : '',
    bar.estimate > 0 ? `an estimate of ${amountText(metric, bar.estimate)}, in no total` : '',
    bar.isPartial ? 'so far' : '',
    bar.previous === undefined ? '' : `the period before: ${amountText(metric, bar.previous)}`,
    bar.unknown,
  ]
    .filter((text) => text !== '')
    .join('; ')
}

/** One sentence about all bars: what was most, and of what. */
export function barsSummary(chart: Bars, today: Day): string {
  const { bars, series, metric, every } = chart
  const highest = bars.reduce<Bar | undefined>((most, bar) => (bar.total > (most?.total ?? 0) ? bar : most), undefined)
  if (highest === undefined) return 'There is nothing in this range.'
  const largest = series.reduce((most, _, s) => ((highest.parts[s] ?? 0) > (highest.parts[most] ?? 0) ? s : most), 0)
  const name = series[largest]?.name
  const when = every === 'day' ? spokenDay(highest.days.from, today) : highest.label
  const mostly = name === undefined || series.length < 2 ? '' : `, mostly ${name}`
  const empty = bars.filter(({ total, estimate }) => total + estimate === 0).length
  return (
    `${bars.length} bars. ${when} was highest with ${amountWords(metric, highest.total)}${mostly}.` +
    (empty > 0 ? ` ${empty} ${empty === 1 ? 'bar is' : 'bars are'} empty.` : '')
  )
}

export function barsTable({ metric, series, bars }: Bars): { columns: string[]; rows: string[][] } {
  const hasPrevious = bars.some(({ previous }) => previous !== undefined)
  return {
    columns: ['When', ...series.map(({ name }) => name), 'Total', ...(hasPrevious ? ['Before'] : []), 'Note'],
    rows: bars.map((bar) => [
      bar.label,
      ...series.map((_, s) => amountText(metric, bar.parts[s] ?? 0)),
      amountText(metric, bar.total),
      ...(hasPrevious ? [amountText(metric, bar.previous ?? 0)] : []),
      [
        bar.isPartial ? 'so far' : '',
        bar.unknown,
        bar.estimate > 0 ? `≈${amountText(metric, bar.estimate)} estimated` : '',
      ]
        .filter((text) => text !== '')
        .join('; '),
    ]),
  }
}

/** The parts of a bar for its tooltip, the largest first, with shares. */
export function barParts({ metric, series }: Bars, bar: Bar) {
  return series
    .map(({ name, colour }, s) => ({ name, colour, amount: bar.parts[s] ?? 0 }))
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => b.amount - a.amount)
    .map((part) => ({ ...part, text: amountText(metric, part.amount), share: percent(part.amount, bar.total) }))
}

type Gaps = AnswerOf<'usage'>['gaps']

export interface BarsOf {
  readonly drawn: DrawnUsage
  readonly metric: Metric
  readonly colours: readonly number[]
  readonly gaps: Gaps
  /** In which the days are. */
  readonly tz: string
  readonly today: Day
  readonly now: number
  /** Amounts of the period before, by bar; undefined where it is not compared. */
  readonly previous: readonly number[] | undefined
}

/** Bars from an answer that has been divided into series. Of all time, the empty ones before the first use are left out. */
export function barsOf({ drawn, metric, colours, gaps, tz, today, now, previous }: BarsOf, isAllTime: boolean): Bars {
  const { every, days, series } = drawn
  const bars = days.map((day, i): Bar => {
    const from = day.date
    const to = every === 'hour' || every === 'day' ? from : localDay(day.ends - 1, tz)
    const total = series.length === 0 ? 0 : day.parts.reduce((sum, part) => sum + part, 0)
    return {
      label: barLabel(day, every, today),
      days: { from, to },
      parts: day.parts,
      total,
      estimate: metric === 'tokens' ? day.sums.estimated_tokens : 0,
      isPartial: day.starts <= now && now < day.ends,
      unknown: unknownIn(gaps, from, to, today),
      previous: previous?.[i],
    }
  })
  const first = isAllTime ? bars.findIndex(({ total, estimate }) => total + estimate > 0) : 0
  return {
    metric,
    every,
    series: series.map(({ name, groups, isRest }, s) => ({
      name,
      group: isRest ? undefined : groups[0],
      colour: colours[s] ?? 6,
    })),
    bars: bars.slice(Math.max(0, first)),
  }
}

function unknownIn(gaps: Gaps, from: Day, to: Day, today: Day): string {
  const touching = gaps.filter((gap) => gap.from <= to && gap.to >= from)
  if (touching.length === 0) return ''
  const names = [...new Set(touching.map(({ hostname }) => hostname))]
  const named = names.slice(0, 2).join(', ') + (names.length > 2 ? ` and ${names.length - 2} more` : '')
  const isMissing = touching.some(({ state }) => state === 'missing')
  return `${named}: ${isMissing ? 'not known, since it was never read in time' : 'may be incomplete, since it was read late'}${from === today ? ' yet' : ''}`
}
