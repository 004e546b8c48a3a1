import { scaleBand, scaleLinear } from 'd3-scale'
import { tickText } from '../amounts.ts'
import { type Bar, barParts, type Bars, barWords, tickLabel } from './bars.ts'
import { stackPaths } from './stack-paths.ts'
import { Tooltip } from './tooltip.tsx'
import { useBarKeys } from './use-bar-keys.ts'
import { useWidth } from './use-width.ts'

const HEIGHT = 260
const MARGIN = { top: 10, right: 4, bottom: 24, left: 52 }
/** Room for one label below the bars. */
const LABEL_WIDTH = 72
const TICKS = 4

/**
 * Stacked bars. One tab stop: arrows go from bar to bar, Enter opens one; a pointer shows and opens the same, and
 * dragging over some opens all of them.
 */
export function StackedBars({
  chart,
  label,
  onPick,
}: {
  readonly chart: Bars
  readonly label: string
  readonly onPick: ((first: Bar, last: Bar) => void) | undefined
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const { bars, metric, every } = chart
  const left = MARGIN.left
  const inner = { width: Math.max(0, width - left - MARGIN.right), height: HEIGHT - MARGIN.top - MARGIN.bottom }
  const highest = Math.max(1, ...bars.map((bar) => Math.max(bar.total + bar.estimate, bar.previous ?? 0)))
  const y = scaleLinear([0, highest], [inner.height, 0]).nice(TICKS)
  const x = scaleBand<number>(
    bars.map((_, i) => i),
    [0, inner.width],
  )
    .paddingInner(bars.length > 1 ? Math.min(0.25, 0.9 - 0.9 / Math.max(1, inner.width / bars.length / 2)) : 0)
    .paddingOuter(bars.length < 4 ? 0.5 : 0)
  if (x.bandwidth() < 1) x.paddingInner(0)
  const keys = useBarKeys({ count: bars.length, indexAt, onPick: onPick && ((a, b) => pick(a, b)) })
  const { active } = keys
  const current = active === undefined ? undefined : bars[active]

  function indexAt({ clientX }: { readonly clientX: number }, box: DOMRect): number | undefined {
    const at = Math.floor((clientX - box.left - left) / Math.max(1e-9, x.step()))
    return at >= 0 && at < bars.length ? at : undefined
  }
  function pick(first: number, last: number): void {
    const [a, b] = [bars[Math.min(first, last)], bars[Math.max(first, last)]]
    if (a !== undefined && b !== undefined) onPick?.(a, b)
  }

  return (
    <div class="chart" ref={ref} style={{ height: `${HEIGHT}px` }}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <HatchPatterns />
          <g transform={`translate(${left},${MARGIN.top})`}>
            {y.ticks(TICKS).map((tick) => (
              <g key={tick} transform={`translate(0,${y(tick)})`}>
                <line x2={inner.width} class={tick === 0 ? 'axis' : 'grid'} />
                <text x={-8} dy="0.32em" text-anchor="end">
                  {tickText(metric, tick)}
                </text>
              </g>
            ))}
            {bars.map(
              (bar, i) =>
                bar.unknown !== '' && <UnknownMark key={i} x={x(i) ?? 0} width={x.bandwidth()} height={inner.height} />,
            )}
            <Stacks
              paths={stackPaths(
                bars.map(({ parts }) => parts),
                x,
                y,
              )}
              chart={chart}
            />
            {bars.map(
              (bar, i) =>
                bar.estimate > 0 && (
                  <EstimateMark
                    key={i}
                    x={x(i) ?? 0}
                    width={x.bandwidth()}
                    y={y(bar.total + bar.estimate)}
                    height={y(bar.total) - y(bar.total + bar.estimate)}
                  />
                ),
            )}
            {bars.map(
              (bar, i) =>
                bar.isPartial &&
                bar.total > 0 && (
                  <rect
                    key={i}
                    class="partial"
                    x={x(i)}
                    width={x.bandwidth()}
                    y={y(bar.total)}
                    height={inner.height - y(bar.total)}
                  />
                ),
            )}
            <PreviousMarks bars={bars} x={(i) => x(i) ?? 0} width={x.bandwidth()} y={y} />
            <Labels
              bars={bars}
              every={every}
              x={(i) => (x(i) ?? 0) + x.bandwidth() / 2}
              width={inner.width}
              height={inner.height}
            />
            {active !== undefined && (
              <rect class="active" x={(x(active) ?? 0) - 1} width={x.bandwidth() + 2} height={inner.height} />
            )}
            {keys.dragged !== undefined && (
              <Dragged
                from={x(keys.dragged[0]) ?? 0}
                to={(x(keys.dragged[1]) ?? 0) + x.bandwidth()}
                height={inner.height}
              />
            )}
          </g>
        </svg>
      )}
      <div
        class="chart-keys"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuenow={active ?? Math.max(0, bars.length - 1)}
        aria-valuetext={
          current === undefined ? `${bars.length} bars; arrow keys go through them` : barWords(chart, current)
        }
        {...keys.handlers}
      />
      {current !== undefined && active !== undefined && width > 0 && (
        <Tooltip x={left + (x(active) ?? 0) + x.bandwidth() / 2} width={width}>
          <BarTooltip chart={chart} bar={current} canOpen={onPick !== undefined} />
        </Tooltip>
      )}
    </div>
  )
}

function BarTooltip({ chart, bar, canOpen }: { readonly chart: Bars; readonly bar: Bar; readonly canOpen: boolean }) {
  const parts = barParts(chart, bar)
  const total = parts.length === 0 ? 'nothing' : tickText(chart.metric, bar.total)
  return (
    <>
      <strong>{bar.label}</strong>
      {parts.length > 1 && (
        <table>
          <tbody>
            {parts.map(({ name, colour, text, share }) => (
              <tr key={name}>
                <td>
                  <i class={`swatch series-${colour}`} /> {name}
                </td>
                <td class="number">{text}</td>
                <td class="number dim">{share}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="tooltip-total">
        <span>
          {parts.length === 1 ? parts[0]?.name : 'Total'}
          {bar.isPartial ? ', so far' : ''}
        </span>{' '}
        <b>{total}</b>
      </div>
      {bar.estimate > 0 && <div class="dim">≈{tickText(chart.metric, bar.estimate)} estimated, in no total</div>}
      {bar.previous !== undefined && <div class="dim">Period before: {tickText(chart.metric, bar.previous)}</div>}
      {bar.unknown !== '' && <div class="warn">▲ {bar.unknown}</div>}
      {canOpen && <div class="dim">Enter, click or a second tap: only this</div>}
    </>
  )
}

/** Each series in its colour, and a pattern over it for those who asked for patterns (style/charts.css). */
function Stacks({ paths, chart }: { readonly paths: readonly string[]; readonly chart: Bars }) {
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
function HatchPatterns() {
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

function UnknownMark({ x, width, height }: { readonly x: number; readonly width: number; readonly height: number }) {
  return <rect class="unknown" x={x} width={width} height={height} />
}

function EstimateMark(place: {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}) {
  return <rect class="estimate" {...place} height={Math.max(1, place.height)} />
}

/** The period before: a short line across each bar, which does not hide it. */
function PreviousMarks({
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

function Labels({
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

function Dragged({ from, to, height }: { readonly from: number; readonly to: number; readonly height: number }) {
  const [left, right] = [Math.min(from, to), Math.max(from, to)]
  return <rect class="dragged" x={left} width={right - left} height={height} />
}
