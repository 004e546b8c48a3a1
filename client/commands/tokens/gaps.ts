import { type Day, daysFrom } from '../../../core/day.ts'
import type { AnswerOf } from '../../../core/report-specs.ts'
import { rangeText } from '../../../core/dates.ts'
import type { Style } from '../../terminal/style.ts'
import { printable, shorten } from '../../terminal/text.ts'

type Gaps = AnswerOf<'usage'>['gaps']

/** So many stretches are named; the others are counted. */
const NAMED = 3
const LONGEST_NAME = 24

/** Which days of which machines are not known: `▲ ci: 12–14 Nov are not known, since they were never read in time.` */
export function gapSentences(gaps: Gaps, today: Day, style: Style): string[] {
  const alike = Map.groupBy(gaps.toSorted(byWeight), ({ from, to, state }) => `${from} ${to} ${state}`)
  const stretches = [...alike.values()] as [Gaps[number], ...Gaps][]
  const sentences = stretches.slice(0, NAMED).map((of) => {
    const [{ from, to, state }] = of
    const days = rangeText({ from, to }, today, style.signs.to)
    const many = from !== to
    const what =
      state === 'missing'
        ? `${many ? 'are' : 'is'} not known, since ${many ? 'they were' : 'it was'} never read in time`
        : 'may be incomplete, since it was read late'
    return `${style.signs.warn} ${machinesText(of, style)}: ${days} ${what}.`
  })
  const more = stretches.length - NAMED
  return more > 0
    ? [...sentences, `And ${more} more such ${more === 1 ? 'stretch' : 'stretches'}: forge machines --json`]
    : sentences
}

/** `ci, studio and 3 more`. */
function machinesText(gaps: Gaps, style: Style): string {
  const names = gaps.slice(0, NAMED).map(({ hostname }) => shorten(printable(hostname, style), LONGEST_NAME, style))
  const more = gaps.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** What is missing first, the latest first. */
function byWeight(a: Gaps[number], b: Gaps[number]): number {
  return a.state === b.state ? (a.from < b.from ? 1 : -1) : a.state === 'missing' ? -1 : 1
}

/** Days of which something is missing on some machine. */
export function missingDays(gaps: Gaps): Set<Day> {
  return new Set(gaps.filter(({ state }) => state === 'missing').flatMap(({ from, to }) => daysFrom(from, to)))
}
