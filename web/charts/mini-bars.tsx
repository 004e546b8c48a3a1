import { useWidth } from './use-width.ts'

const HEIGHT = 56

/** Small bars on a scale that others share. The figures stand above them. */
export function MiniBars({
  amounts,
  highest,
  label,
}: {
  readonly amounts: readonly number[]
  readonly highest: number
  readonly label: string
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const step = amounts.length === 0 ? 0 : width / amounts.length
  const gap = step > 4 ? 1 : 0
  const d = amounts
    .map((amount, i) => {
      if (amount === 0) return ''
      const height = Math.max(1, (amount / highest) * HEIGHT)
      return `M${(i * step).toFixed(2)} ${(HEIGHT - height).toFixed(2)}h${(step - gap).toFixed(2)}v${height.toFixed(2)}h${(gap - step).toFixed(2)}z`
    })
    .join('')
  return (
    <div class="mini-bars" ref={ref}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <line x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} class="axis" />
          <path d={d} class="series-0" />
        </svg>
      )}
    </div>
  )
}
