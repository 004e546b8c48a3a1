import { isEstimate } from '../../../core/drawn-usage.ts'
import { monthName, sameYear, spokenDay } from '../../../core/dates.ts'
import { counted } from '../../../core/format.ts'
import { sumOf, addedSums } from '../../../core/usage-sums.ts'
import type { Style } from '../../terminal/style.ts'
import { printable } from '../../terminal/text.ts'
import { nothingOf } from './told.ts'
import type { TokensContext } from './context.ts'
import { type ScreenOptions, titleText } from './screen.ts'
import { explanations, scopeText } from './sentences.ts'
import { amounts, spokenStyle } from './spoken.ts'
import { askForSquares, factsOf, type Squares } from './squares.ts'

/** A heatmap to be read aloud: a sentence a month, since nobody listens to a year day by day. */
export async function spokenSquares(context: TokensContext, options: ScreenOptions, style: Style): Promise<string[]> {
  const squares = await askForSquares(context)
  const spoken = spokenStyle(style)
  const { question, totals, answer } = squares
  const { range, today, metric } = question
  const ends = [range.from, range.to].map((day) => spokenDay(day, today)).join(' to ')
  const title = `${titleText(question)}, ${ends}, ${scopeText(squares)}, ${printable(range.tz, style)}.`
  if (squares.active_days === 0) {
    const { sentences } = await nothingOf(context, answer.gaps)
    return [title, sentences(spoken).join(' ')]
  }
  const months = [...Map.groupBy(squares.days, ({ date }) => date.slice(0, 7)).values()]
  const [days = '', ...others] = factsOf(squares, options, spoken).flatMap((facts, i) =>
    i === 0 ? facts.slice(-1) : facts,
  )
  const total = `Total: ${amounts(sumOf([totals]), metric, options)}, ${days}.`
  const explained = options.quiet ? [] : explanations(squares, options, spoken).map((sentences) => sentences.join(' '))
  return [
    title,
    ...months.map((of) => monthSentence(of, squares, options)),
    total,
    `${others.join(', ')}.`,
    ...explained,
  ]
}

/** `November: 75.97 million tokens, 59.15 dollars, on 7 days; 2 days are not known.` */
function monthSentence(days: Squares['days'], { missing, question }: Squares, options: ScreenOptions): string {
  const [first] = days as [Squares['days'][number]]
  const year = sameYear(first.date, question.today) ? '' : ` ${first.date.slice(0, 4)}`
  const used = days.filter(({ sums }) => sums.total_tokens > 0)
  const estimated = days.filter(isEstimate).length
  const unknown = days.filter(({ date, sums }) => missing.has(date) && sums.total_tokens + sums.estimated_tokens === 0)
  const parts = [
    used.length === 0
      ? estimated + unknown.length === days.length
        ? ''
        : 'no use'
      : `${amounts(addedSums(used.map(({ sums }) => sums)), question.metric, options)}, on ${counted(used.length, 'day')}`,
    estimated === 0 ? '' : `of ${counted(estimated, 'day')} there is only an estimate`,
    unknown.length === 0 ? '' : `${counted(unknown.length, 'day')} ${unknown.length === 1 ? 'is' : 'are'} not known`,
  ]
  return `${monthName(first.date)}${year}: ${parts.filter((part) => part !== '').join('; ')}.`
}
