import { localDay, localTime } from '../../core/calendar.ts'
import { shortDay } from '../../core/dates.ts'
import { addDays, daysFrom, type Day } from '../../core/day.ts'
import type { BlockRow } from '../../core/report-specs.ts'
import { Tooltip } from '../charts/tooltip.tsx'
import { useBarKeys } from '../charts/use-bar-keys.ts'
import { useWidth } from '../charts/use-width.ts'
import { look } from '../navigation.ts'
import type { Question } from '../question.ts'

const ROW = 24
const LABEL = 84
/** Narrower, hours would run into each other. */
const NARROW = 260
/** So many days are drawn; the table has all blocks. */
export const MOST_DAYS = 31

/** One tab stop: arrows go from block to block, a pointer shows the one below it; Enter and a click show its day. */
export function BlocksTimeline({
  blocks,
  question,
  most,
  words,
}: {
  readonly blocks: readonly BlockRow[]
  readonly question: Question
  readonly most: number
  readonly words: (block: BlockRow) => string
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const { tz, today } = question
  const days = drawnDays(question)
  const rowOf = new Map(days.map((day, i) => [day, i]))
  const inner = Math.max(0, width - LABEL)
  const x = (minutes: number) => LABEL + (minutes / 1440) * inner
  const height = days.length * ROW + 22
  // As time goes: the latest is the last.
  const drawn = blocks
    .toReversed()
    .map((block) => ({ block, pieces: piecesOf(block, tz).filter(({ day }) => rowOf.has(day)) }))
    .filter(({ pieces }) => pieces.length > 0)
  const keys = useBarKeys({
    count: drawn.length,
    indexAt({ clientX, clientY }, box) {
      const day = days[Math.floor((clientY - box.top) / ROW)]
      const minute = ((clientX - box.left - LABEL) / Math.max(1, inner)) * 1440
      const found = drawn.findIndex(({ pieces }) =>
        pieces.some((piece) => piece.day === day && minute >= piece.start && minute < piece.end),
      )
      return found < 0 ? undefined : found
    },
    onPick(first) {
      const day = drawn[first]?.pieces[0]?.day
      if (day !== undefined) look({ range: { from: day, to: day }, every: undefined })
    },
  })
  const active = keys.active === undefined ? undefined : drawn[keys.active]
  return (
    <div class="chart" ref={ref} style={{ height: `${height}px` }}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {days.map((day, i) => (
            <g key={day} transform={`translate(0,${i * ROW})`}>
              <text y={ROW / 2} dy="0.32em">
                {shortDay(day, today)}
              </text>
              <line x1={LABEL} x2={width} y1={ROW - 1} y2={ROW - 1} class="grid" />
            </g>
          ))}
          {drawn.flatMap(({ block, pieces }) =>
            pieces.map(({ day, start, end }) => {
              const high = Math.max(2, (ROW - 6) * (block.total_tokens / most))
              const below = ((rowOf.get(day) ?? 0) + 1) * ROW - 2
              const place = { x: x(start), width: Math.max(2, x(end) - x(start) - 1) }
              return (
                <g key={`${block.starts} ${day}`}>
                  <rect
                    class={block.is_active ? 'series-0 is-active' : 'series-0'}
                    {...place}
                    y={below - high}
                    height={high}
                  />
                  {block === active?.block && <rect class="active" {...place} y={below - ROW + 3} height={ROW - 3} />}
                </g>
              )
            }),
          )}
          <g transform={`translate(0,${days.length * ROW + 15})`}>
            {(inner < NARROW ? [0, 12] : [0, 6, 12, 18]).map((hour) => (
              <text key={hour} x={x(hour * 60)} text-anchor={hour === 0 ? 'start' : 'middle'}>
                {String(hour).padStart(2, '0')}:00
              </text>
            ))}
          </g>
        </svg>
      )}
      <div
        class="chart-keys"
        role="slider"
        tabIndex={0}
        aria-label="Five-hour blocks"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, drawn.length - 1)}
        aria-valuenow={keys.active ?? Math.max(0, drawn.length - 1)}
        aria-valuetext={
          active === undefined ? `${drawn.length} blocks; arrow keys go through them` : words(active.block)
        }
        {...keys.handlers}
      />
      {active !== undefined && width > 0 && (
        <Tooltip
          x={x(active.pieces[0]?.start ?? 0)}
          width={width}
          top={(rowOf.get(active.pieces[0]?.day ?? '') ?? 0) * ROW + ROW}
        >
          {words(active.block)}
        </Tooltip>
      )}
    </div>
  )
}

/** The days that are drawn, the latest first: not more than fit a page. */
export function drawnDays({ from, to }: Question): Day[] {
  const earliest = addDays(to, 1 - MOST_DAYS)
  return daysFrom(from > earliest ? from : earliest, to).toReversed()
}

/** A block on the clock of each day that it touches, in minutes. */
function piecesOf(block: BlockRow, tz: string): { day: string; start: number; end: number }[] {
  const [starts, ends] = [Date.parse(block.starts), Date.parse(block.ends)]
  const [first, last] = [localDay(starts, tz), localDay(ends - 1, tz)]
  const start = minutesOf(starts, tz)
  const length = (ends - starts) / 60_000
  if (first === last) return [{ day: first, start, end: Math.min(1440, start + length) }]
  return [
    { day: first, start, end: 1440 },
    { day: last, start: 0, end: minutesOf(ends - 1, tz) + 1 },
  ]
}

function minutesOf(instant: number, tz: string): number {
  const [hours = 0, minutes = 0] = localTime(instant, tz).split(':').map(Number)
  return hours * 60 + minutes
}
