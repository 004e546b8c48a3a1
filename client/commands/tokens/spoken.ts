import { percent } from '../../../core/format.ts'
import { dollars } from '../../../core/money.ts'
import { sameYear, spokenDay } from '../../../core/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'
import { type DayUsage, isEstimate, type Series } from '../../../core/drawn-usage.ts'
import { isUnpriced, type Sums } from '../../../core/usage-sums.ts'
import { spokenCount } from './numbers.ts'
import { periodLabel, type Screen, type ScreenOptions, titleText } from './screen.ts'
import { explanations, nothingSentences, scopeText } from './sentences.ts'

/** `forge tokens` to be read aloud: a sentence a row, then the total. Nothing is drawn and nothing is aligned. */
export function spokenLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const { question, usage, history } = screen
  const { from, to, tz } = question.range
  const ends = from === to ? [from] : [from, to]
  const range = ends.map((day) => spokenDay(day, question.today)).join(' to ')
  const title = `${titleText(question)}, ${range}, ${scopeText(screen)}, ${printable(tz, style)}.`
  if (history !== undefined) return [title, nothingSentences(screen, history).join(' ')]
  const year = !sameYear(from, question.today)
  const days = usage.days.map((day) => {
    const when = usage.every === 'day' ? spokenDay(day.date, question.today) : periodLabel(day, usage.every, { year })
    return `${when}: ${daySentence(day, usage.series, options, style)}.`
  })
  const total = `Total: ${tokensAndCost(usage.sums, options)}.`
  if (options.quiet) return [title, ...days, total]
  const spoken: Style = { ...style, signs: { ...style.signs, about: 'About ', warn: 'attention:' } }
  return [title, ...days, total, ...explanations(screen, options, spoken).map((sentences) => sentences.join(' '))]
}

/** `3.55 million tokens, 5.27 dollars. opus-4-5 58 percent, sonnet-4-5 31, haiku-4-5 11` */
function daySentence(day: DayUsage, series: readonly Series[], options: ScreenOptions, style: Style): string {
  const { total_tokens, estimated_tokens } = day.sums
  if (isEstimate(day)) return `about ${spokenCount(estimated_tokens, options)} tokens, an estimate`
  if (total_tokens === 0) return 'no use'
  const whole = day.parts.reduce((sum, part) => sum + part, 0)
  const shares = series.flatMap(({ name }, i) => {
    const part = day.parts[i] ?? 0
    return part > 0 ? [`${printable(name, style)} ${percent(part, whole).slice(0, -1)}`] : []
  })
  const [first, ...rest] = shares
  const divided = first === undefined ? [] : [[`${first} percent`, ...rest].join(', ')]
  return [tokensAndCost(day.sums, options), ...divided].join('. ')
}

function tokensAndCost(sums: Sums, options: ScreenOptions): string {
  const tokens = `${spokenCount(sums.total_tokens, options)} tokens`
  if (sums.total_tokens === 0) return tokens
  if (isUnpriced(sums)) return `${tokens}, without a known price`
  const atLeast = sums.unpriced_tokens > 0 ? 'at least ' : ''
  return `${tokens}, ${atLeast}${dollars(sums.cost).replace('$', '').replace('<', 'less than ')} dollars`
}
