import { counted } from '../../core/format.ts'
import type { CoverageState } from '../../core/reports/fields.ts'

const WORDS: Readonly<Record<CoverageState, string>> = {
  complete: 'complete',
  open: 'open: more may come',
  partial: 'partial: read late',
  estimated: 'estimated',
  missing: 'missing: never read in time',
}

const STATES: readonly CoverageState[] = ['complete', 'open', 'partial', 'estimated', 'missing']

interface CoveredDay {
  readonly date: string
  readonly state: CoverageState
}

/** The same in words, a row for each stretch of days of one state: `1 Nov to 19 Nov`, `complete`. */
export function stretchesOf(days: readonly CoveredDay[]): string[][] {
  const stretches: { from: string; to: string; state: CoverageState }[] = []
  for (const { date, state } of days) {
    const last = stretches.at(-1)
    if (last?.state === state) last.to = date
    else stretches.push({ from: date, to: date, state })
  }
  return stretches.toReversed().map(({ from, to, state }) => [from === to ? from : `${from} to ${to}`, WORDS[state]])
}

/** How well each day of a machine is known, a square a day; what differs is told in words, too. */
export function CoverageStrip({ days, label }: { readonly days: readonly CoveredDay[]; readonly label: string }) {
  if (days.length === 0) return null
  const counts = STATES.map((state) => [state, days.filter((day) => day.state === state).length] as const).filter(
    ([, count]) => count > 0,
  )
  const words = counts.map(([state, count]) => `${counted(count, 'day')} ${WORDS[state]}`).join(', ')
  return (
    <div class="coverage">
      <div class="strip" role="img" aria-label={`${label}, ${counted(days.length, 'day')}: ${words}`}>
        {days.map(({ date, state }) => (
          <i key={date} class={state === 'partial' ? 'partial-day' : state} title={`${date}: ${WORDS[state]}`} />
        ))}
      </div>
      <p class="dim">
        {days[0]?.date} to {days.at(-1)?.date}: {words}
      </p>
    </div>
  )
}
