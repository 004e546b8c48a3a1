import { scaleBand, scaleLinear } from 'd3-scale'
import { tickText } from '../amounts.ts'
import { Dragged, EstimateMark, HatchPatterns, Labels, PreviousMarks, Stacks, UnknownMark } from './bar-marks.tsx'
import { BarTooltip } from './bar-tooltip.tsx'
import { type Bar, type Bars, barWords } from './bars.ts'
import { stackPaths } from './stack-paths.ts'
import { Tooltip } from './tooltip.tsx'
import { useBarKeys } from './use-bar-keys.ts'
import { useWidth } from './use-width.ts'

const HEIGHT = 260
const MARGIN = { top: 10, right: 4, bottom: 24, left: 52 }
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
