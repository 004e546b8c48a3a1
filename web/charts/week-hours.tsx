import { compactCount } from '../../core/format.ts'
import { levelOf, levelsFor } from '../../core/heat-levels.ts'
import { HOURS, hourText, type PunchcardDay } from '../../core/punchcard.ts'
import { type Arrow, useGridKeys } from './use-grid-keys.ts'
import { useWidth } from './use-width.ts'
import { HeatLegend } from './year-heatmap.tsx'

/** With less room a square is of two hours: half as many, and not half as wide. */
const NARROW = 400
/** Every so many squares have their hour above them. */
const NAMED = 3
const STEPS: Readonly<Record<Arrow, readonly [days: number, squares: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** A square for each hour of each weekday, as a table. Arrows move. */
export function WeekHours({ days, label }: { readonly days: readonly PunchcardDay[]; readonly label: string }) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const length = width < NARROW ? 2 : 1
  const starts = Array.from({ length: HOURS / length }, (_, i) => i * length)
  const amountsOf = ({ hours }: PunchcardDay) =>
    starts.map((start) => hours.slice(start, start + length).reduce((sum, cell) => sum + (cell?.total_tokens ?? 0), 0))
  const rows = days.map((day) => ({ ...day, amounts: amountsOf(day) }))
  const amounts = rows.flatMap((row) => row.amounts)
  const levels = levelsFor(Math.max(0, ...amounts))
  const shown = rows.flatMap(({ isInRange }, row) => (isInRange ? starts.map((_, column) => place(row, column)) : []))
  const keys = useGridKeys({
    cells: shown,
    beside: (cell, arrow) => {
      const [row = 0, column = 0] = cell.split('-').map(Number)
      const [down, right] = STEPS[arrow]
      return place(row + down, column + right)
    },
  })
  return (
    <div class="heat hours" ref={ref}>
      {width > 0 && (
        <table {...keys.grid} aria-label={label}>
          <colgroup>
            <col class="weekday" />
          </colgroup>
          <thead>
            <tr>
              <td />
              {starts.flatMap((start, i) =>
                i % NAMED > 0
                  ? []
                  : [
                      <th key={start} scope="colgroup" colSpan={NAMED}>
                        {String(start).padStart(2, '0')}
                      </th>,
                    ],
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, isInRange, amounts: ofDay }, row) => (
              <tr key={name}>
                <th scope="row">{name.slice(0, 3)}</th>
                {ofDay.map((amount, column) => {
                  if (!isInRange) return <td key={column} />
                  const words = `${name} ${hourText(starts[column] ?? 0, '–', length)}: ${amount === 0 ? 'nothing' : `${compactCount(amount)} tokens`}`
                  return (
                    <td
                      key={column}
                      {...keys.cell(place(row, column))}
                      class={`heat-cell level-${levelOf(amount, levels)}`}
                      aria-label={words}
                      title={words}
                    />
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <HeatLegend amounts={amounts} unit={length > 1 ? 'tokens, two hours a square' : 'tokens'} />
    </div>
  )
}

function place(row: number, column: number): string {
  return `${row}-${column}`
}
