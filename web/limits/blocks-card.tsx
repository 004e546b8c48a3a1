import { localDay, localTime } from '../../core/calendar.ts'
import { addDays, daysFrom } from '../../core/day.ts'
import { shortDay } from '../../core/dates.ts'
import { compactCount } from '../../core/format.ts'
import type { AnswerOf, BlockRow } from '../../core/report-specs.ts'
import { costOf } from '../amounts.ts'
import { Figure } from '../charts/figure.tsx'
import { useWidth } from '../charts/use-width.ts'
import type { Question } from '../question.ts'

const ROW = 24
const LABEL = 84
/** So many days are drawn; the table has all blocks. */
const MOST_DAYS = 31

/** A row for each day, 24 hours wide, with its blocks of five hours; the darker, the more tokens. */
export function BlocksCard({ answer, question }: { readonly answer: AnswerOf<'blocks'>; readonly question: Question }) {
  const { today, tz } = question
  const { blocks } = answer
  const most = Math.max(1, ...blocks.map(({ total_tokens }) => total_tokens))
  const largest = blocks.find(({ total_tokens }) => total_tokens === most)
  const words = (block: BlockRow) =>
    `${shortDay(localDay(Date.parse(block.starts), tz), today)}, ${localTime(Date.parse(block.starts), tz)} to ${localTime(Date.parse(block.ends), tz)}: ${compactCount(block.total_tokens)} tokens, ${costOf(block)}${block.is_active ? ', not over' : ''}`
  return (
    <Figure
      title="Five-hour blocks"
      note="from logs: tokens, not units of a plan"
      summary={`${blocks.length} blocks. ${largest === undefined ? '' : `The largest: ${words(largest)}.`}`}
      table={() => ({
        columns: ['Block', 'Until', 'Tokens', 'Cost', 'Sessions'],
        rows: blocks.map((block) => [
          `${shortDay(localDay(Date.parse(block.starts), tz), today)} ${localTime(Date.parse(block.starts), tz)}`,
          localTime(Date.parse(block.ends), tz),
          compactCount(block.total_tokens),
          costOf(block),
          compactCount(block.session_count),
        ]),
      })}
      aside={<p class="dim">A block begins with the full hour of its first response.</p>}
    >
      <Timeline blocks={blocks} question={question} most={most} words={words} />
    </Figure>
  )
}

function Timeline({
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
  const { from, to, tz, today } = question
  const earliest = addDays(to, 1 - MOST_DAYS)
  const days = daysFrom(from > earliest ? from : earliest, to).toReversed()
  const rowOf = new Map(days.map((day, i) => [day, i]))
  const inner = Math.max(0, width - LABEL)
  const x = (minutes: number) => LABEL + (minutes / 1440) * inner
  const height = days.length * ROW + 22
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
          {blocks.flatMap((block) =>
            piecesOf(block, tz).map(({ day, start, end }) => {
              const row = rowOf.get(day)
              if (row === undefined) return null
              const opacity = 0.25 + 0.75 * (block.total_tokens / most)
              return (
                <rect
                  key={`${block.starts} ${day}`}
                  class={block.is_active ? 'series-0 is-active' : 'series-0'}
                  x={x(start)}
                  width={Math.max(2, x(end) - x(start) - 1)}
                  y={row * ROW + 3}
                  height={ROW - 7}
                  rx={3}
                  fill-opacity={opacity}
                >
                  <title>{words(block)}</title>
                </rect>
              )
            }),
          )}
          <g transform={`translate(0,${days.length * ROW + 15})`}>
            {[0, 6, 12, 18].map((hour) => (
              <text key={hour} x={x(hour * 60)} text-anchor={hour === 0 ? 'start' : 'middle'}>
                {String(hour).padStart(2, '0')}:00
              </text>
            ))}
          </g>
        </svg>
      )}
    </div>
  )
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
