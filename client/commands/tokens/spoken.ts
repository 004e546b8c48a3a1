import { percent } from '../../../core/format.ts'
import { spokenDay } from '../../terminal/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'
import { type DayUsage, isEstimate, type Series } from './days.ts'
import { spokenCount } from './numbers.ts'
import type { Screen, ScreenOptions } from './screen.ts'
import { explanations, nothingSentences, scopeText } from './sentences.ts'

/** `forge tokens` to be read aloud: a sentence a day, then the total. Nothing is drawn and nothing is aligned. */
export function spokenLines(screen: Screen, options: ScreenOptions, style: Style): string[] {
  const { question, usage, history } = screen
  const { from, to, tz } = question.range
  const ends = from === to ? [from] : [from, to]
  const range = ends.map((day) => spokenDay(day, question.today)).join(' to ')
  const title = `Tokens per day, ${range}, ${scopeText(screen)}, ${printable(tz, style)}.`
  if (history !== undefined) return [title, nothingSentences(screen, history).join(' ')]
  const days = usage.days.map((day) => {
    return `${spokenDay(day.date, question.today)}: ${daySentence(day, usage.series, options, style)}.`
  })
  const total = `Total: ${spokenCount(usage.sums.total_tokens, options)} tokens.`
  if (options.quiet) return [title, ...days, total]
  const spoken: Style = { ...style, signs: { ...style.signs, about: 'About ', warn: 'attention:' } }
  return [title, ...days, total, ...explanations(screen, options, spoken).map((sentences) => sentences.join(' '))]
}

/** `3.55 million tokens. opus-4-5 58 percent, sonnet-4-5 31, haiku-4-5 11` */
function daySentence(day: DayUsage, series: readonly Series[], options: ScreenOptions, style: Style): string {
  const { total_tokens, estimated_tokens } = day.sums
  if (isEstimate(day)) return `about ${spokenCount(estimated_tokens, options)} tokens, an estimate`
  if (total_tokens === 0) return 'no use'
  const shares = series.flatMap(({ name }, i) => {
    const part = day.parts[i] ?? 0
    return part > 0 ? [`${printable(name, style)} ${percent(part, total_tokens).slice(0, -1)}`] : []
  })
  const [first, ...rest] = shares
  return `${spokenCount(total_tokens, options)} tokens. ${[`${first} percent`, ...rest].join(', ')}`
}
