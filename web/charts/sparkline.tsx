import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'

const WIDTH = 84
const HEIGHT = 26

/** The shape of some amounts, without numbers: they stand beside it. */
export function Sparkline({ amounts }: { readonly amounts: readonly number[] }) {
  if (amounts.length < 2) return null
  const x = scaleLinear([0, amounts.length - 1], [2, WIDTH - 2])
  const y = scaleLinear([0, Math.max(1, ...amounts)], [HEIGHT - 2, 2])
  const path = line<number>(
    (_, i) => x(i),
    (amount) => y(amount),
  )([...amounts])
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path d={path ?? ''} />
    </svg>
  )
}
