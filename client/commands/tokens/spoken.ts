import { percent } from '../../../core/format.ts'
import { dollars } from '../../../core/money.ts'
import { spokenDay } from '../../../core/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'
import { localDay } from '../../../core/calendar.ts'
import { daysFrom } from '../../../core/day.ts'
import type { Metric } from '../../../core/metric.ts'
import { type DayUsage, isEstimate } from '../../../core/drawn-usage.ts'
import { countOf, isUnpriced, type Sums, sumOf } from '../../../core/usage-sums.ts'
import { metricUnit, spokenCount } from './numbers.ts'
import { periodLabel, type Screen, type ScreenOptions, titleText } from './screen.ts'
import { missingDays } from './gaps.ts'
import { explanations, scopeText } from './sentences.ts'

/** `forge tokens` to be read aloud: a sentence a row, then the total. Nothing is drawn and nothing is aligned. */
export function spokenLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const { question, usage, nothing, answer, totals } = screen
  const { from, to, tz } = question.range
  const ends = from === to ? [from] : [from, to]
  const range = ends.map((day) => spokenDay(day, question.today)).join(' to ')
  const title = `${titleText(question)}, ${range}, ${scopeText(screen)}, ${printable(tz, style)}.`
  if (nothing !== undefined) return [title, nothing.sentences(spokenStyle(style)).join(' ')]
  const missing = missingDays(answer.gaps)
  const days = usage.days.map((day) => {
    const when = usage.every === 'day' ? spokenDay(day.date, question.today) : periodLabel(day, screen)
    const isUnknown = daysFrom(day.date, localDay(day.ends - 1, tz)).some((date) => missing.has(date))
    return `${when}: ${daySentence(day, { screen, isUnknown }, options, style)}.`
  })
  const total = `Total: ${amounts(sumOf([totals]), question.metric, options)}.`
  if (options.quiet) return [title, ...days, total]
  const explained = explanations(screen, options, spokenStyle(style)).map((sentences) => sentences.join(' '))
  return [title, ...days, total, ...explained]
}

/** Signs as words. */
export function spokenStyle(style: Style): Style {
  return { ...style, signs: { ...style.signs, about: 'About ', warn: 'attention:', to: ' to ' } }
}

/** `3.55 million tokens, 5.27 dollars. opus-4-5 58 percent, sonnet-4-5 31, haiku-4-5 11` */
function daySentence(
  day: DayUsage,
  { screen, isUnknown }: { readonly screen: Screen; readonly isUnknown: boolean },
  options: ScreenOptions,
  style: Style,
): string {
  const { total_tokens, estimated_tokens } = day.sums
  if (isEstimate(day)) return `about ${spokenCount(estimated_tokens, options)} tokens, an estimate`
  if (total_tokens === 0) return isUnknown ? 'not known' : 'no use'
  const whole = day.parts.reduce((sum, part) => sum + part, 0)
  const shares = screen.usage.series.flatMap(({ name }, i) => {
    const part = day.parts[i] ?? 0
    return part > 0 ? [`${printable(name, style)} ${percent(part, whole).slice(0, -1)}`] : []
  })
  const [first, ...rest] = shares
  const divided = first === undefined || screen.question.by === 'none' ? [] : [[`${first} percent`, ...rest].join(', ')]
  const more = isUnknown ? ['More of it is not known'] : []
  return [amounts(day.sums, screen.question.metric, options), ...divided, ...more].join('. ')
}

/** What was asked for, then tokens and cost. */
export function amounts(sums: Sums, metric: Metric, options: ScreenOptions): string {
  if (metric === 'tokens' || metric === 'cost') return tokensAndCost(sums, options)
  return `${spokenCount(countOf(sums, metric), options)} ${metricUnit(metric)}, ${tokensAndCost(sums, options)}`
}

function tokensAndCost(sums: Sums, options: ScreenOptions): string {
  const tokens = `${spokenCount(sums.total_tokens, options)} tokens`
  if (sums.total_tokens === 0) return tokens
  if (isUnpriced(sums)) return `${tokens}, without a known price`
  const atLeast = sums.unpriced_tokens > 0 ? 'at least ' : ''
  return `${tokens}, ${atLeast}${dollars(sums.cost).replace('$', '').replace('<', 'less than ')} dollars`
}
