import { addDays, type Day } from '../../core/day.ts'
import { shortDay, spokenDay } from '../../core/dates.ts'
import { compactCount } from '../../core/format.ts'
import { levelOf, levelsFor } from '../../core/heat-levels.ts'
import { useGridKeys } from './use-grid-keys.ts'
import { type Weeks, weeksOf } from './weeks.ts'
import { useWidth } from './use-width.ts'

export interface HeatDay {
  readonly date: Day
  readonly amount: number
  /** The amount for people: `3.75M tokens`. */
  readonly words: string
  readonly isMissing: boolean
  readonly isEstimate: boolean
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const CELL = 18
const LABEL = 38
const MOST_WEEKS = 53
const NOTHING: Weeks = { weeks: [], months: [] }
const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 } as const

/** A square for each day, as a table: a column for each week, a row for each weekday. Arrows move, Enter opens a day. */
export function YearHeatmap({
  days,
  today,
  label,
  onPick,
}: {
  readonly days: readonly HeatDay[]
  readonly today: Day
  readonly label: string
  readonly onPick: ((day: Day) => void) | undefined
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const [first, last] = [days[0]?.date, days.at(-1)?.date]
  const fitting = Math.min(MOST_WEEKS, Math.max(4, Math.floor((width - LABEL) / CELL)))
  const { weeks, months } =
    first === undefined || last === undefined ? NOTHING : weeksOf({ from: first, to: last }, fitting)
  const byDate = new Map(days.map((day) => [day.date, day]))
  const levels = levelsFor(days.reduce((most, { amount }) => Math.max(most, amount), 0))
  const shown = weeks.flat().filter((day) => day !== undefined)
  const keys = useGridKeys({
    cells: shown,
    beside: (day, arrow) => addDays(day, STEPS[arrow]),
    onPick,
  })
  return (
    <div class="heat" ref={ref}>
      {width > 0 && weeks.length > 0 && (
        <table {...keys.grid} aria-label={label}>
          <thead>
            <tr>
              <td />
              {months.map(({ name, weeks: span }, i) =>
                name === '' ? (
                  <td key={i} colSpan={span} />
                ) : (
                  <th key={i} scope="colgroup" colSpan={span}>
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {WEEKDAYS.map((weekday, row) => (
              <tr key={weekday}>
                <th scope="row">
                  <span class={row % 2 === 0 ? '' : 'only-read'}>{weekday}</span>
                </th>
                {weeks.map((week, column) => {
                  const date = week[row]
                  if (date === undefined) return <td key={column} />
                  const day = byDate.get(date)
                  return (
                    <td
                      key={column}
                      {...keys.cell(date)}
                      class={cellClass(day, levels)}
                      aria-label={`${spokenDay(date, today)}: ${dayWords(day)}`}
                      title={`${shortDay(date, today)}: ${dayWords(day)}`}
                      onClick={() => onPick?.(date)}
                    />
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

/** What the shades mean. Fixed steps, so that two people's squares can be compared. */
export function HeatLegend({ amounts, unit }: { readonly amounts: readonly number[]; readonly unit: string }) {
  const levels = levelsFor(amounts.reduce((most, amount) => Math.max(most, amount), 0))
  const round = (level: number) => compactCount(level).replace(/\.0+(?=[A-Z])/, '')
  const names = ['none', ...levels.map((level) => `below ${round(level)}`), `${round(levels.at(-1) ?? 0)} or more`]
  return (
    <span class="heat-legend">
      {names.map((name, level) => (
        <span key={name}>
          <i class={`heat-cell level-${level}`} aria-hidden="true" /> {name}
        </span>
      ))}
      <span>{unit}</span>
    </span>
  )
}

function cellClass(day: HeatDay | undefined, levels: readonly number[]): string {
  if (day === undefined) return 'heat-cell level-0'
  if (day.amount === 0 && day.isMissing) return 'heat-cell missing'
  return `heat-cell level-${levelOf(day.amount, levels)}${day.isEstimate ? ' is-estimate' : ''}`
}

function dayWords(day: HeatDay | undefined): string {
  if (day === undefined || (day.amount === 0 && !day.isMissing)) return 'nothing'
  return day.amount === 0 ? 'not known, never read in time' : day.words
}
