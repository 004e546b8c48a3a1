import { type Bar, type Bars, tickLabel } from './bars.ts'

/** The parts of a chart of bars that are drawn besides its axes. */

/** Room for one label below the bars. */
const LABEL_WIDTH = 72

/** Each series in its colour, and a pattern over it for those who asked for patterns (style/charts.css). */
export function Stacks({ paths, chart }: { readonly paths: readonly string[]; readonly chart: Bars }) {
  return (
    <>
      {paths.map((d, s) => (
        <path key={s} d={d} class={`series-${chart.series[s]?.colour ?? 6}`} />
      ))}
      {paths.map((d, s) => (
        <path key={s} d={d} class={`pattern pattern-${chart.series[s]?.colour ?? 6}`} />
      ))}
    </>
  )
}

/** Lines of each series' pattern: how far apart, how thick, and at what angle. The first one is plain. */
const PATTERNS = [undefined, [6, 2, 45], [5, 1, 90], [6, 2, -45], [4, 1, 0], [8, 4, 45], [3, 1, 135]] as const

/** What cannot be told by colour alone: hatched for not over, not known and not exact. */
export function HatchPatterns() {
  return (
    <defs>
      {PATTERNS.map(
        (lines, colour) =>
          lines !== undefined && (
            <pattern
              key={colour}
              id={`pattern-${colour}`}
              width={lines[0]}
              height={lines[0]}
              patternUnits="userSpaceOnUse"
              patternTransform={`rotate(${lines[2]})`}
            >
              <rect width={lines[1]} height={lines[0]} class="hatch-surface" />
            </pattern>
          ),
      )}
      <pattern id="hatch-partial" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2" height="6" class="hatch-surface" />
      </pattern>
      <pattern id="hatch-unknown" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width="2" height="8" class="hatch-muted" />
      </pattern>
    </defs>
  )
}

export function UnknownMark({
  x,
  width,
  height,
}: {
  readonly x: number
  readonly width: number
  readonly height: number
}) {
  return <rect class="unknown" x={x} width={width} height={height} />
}

export function EstimateMark(place: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}) {
  return <rect class="estimate" {...place} height={Math.max(1, place.height)} />
}

/** The period before: a short line across each bar, which does not hide it. */
export function PreviousMarks({
  bars,
  x,
  width,
  y,
}: {
  readonly bars: readonly Bar[]
  readonly x: (i: number) => number
  readonly width: number
  readonly y: (amount: number) => number
}) {
  const d = bars
    .map(({ previous }, i) => (previous === undefined ? '' : `M${x(i) - 1} ${y(previous)}h${width + 2}`))
    .join('')
  return d === '' ? null : <path class="previous" d={d} />
}

export function Labels({
  bars,
  every,
  x,
  width,
  height,
}: {
  readonly bars: readonly Bar[]
  readonly every: Bars['every']
  readonly x: (i: number) => number
  readonly width: number
  readonly height: number
}) {
  const step = Math.max(1, Math.ceil(bars.length / Math.max(1, Math.floor(width / LABEL_WIDTH))))
  return (
    <g transform={`translate(0,${height + 17})`}>
      {bars.map((bar, i) => {
        if (i % step !== 0) return null
        const at = x(i)
        const anchor = at < LABEL_WIDTH / 2 - 20 ? 'start' : at > width - LABEL_WIDTH / 2 + 20 ? 'end' : 'middle'
        return (
          <text key={i} x={anchor === 'start' ? Math.max(0, at - 16) : at} text-anchor={anchor}>
            {tickLabel(bar, every)}
          </text>
        )
      })}
    </g>
  )
}

export function Dragged({ from, to, height }: { readonly from: number; readonly to: number; readonly height: number }) {
  const [left, right] = [Math.min(from, to), Math.max(from, to)]
  return <rect class="dragged" x={left} width={right - left} height={height} />
}
