import type { ScaleBand, ScaleLinear } from 'd3-scale'

/** Gap between two neighbours, in pixels of the surface's colour: what is beside each other stays apart in any colours. */
const GAP = 1

/**
 * One path for each series, with a rectangle for each bar: drawing a year of days in six series is six elements.
 * `parts[i][s]` is the amount of series `s` in bar `i`.
 */
export function stackPaths(
  parts: readonly (readonly number[])[],
  x: ScaleBand<number>,
  y: ScaleLinear<number, number>,
): string[] {
  const series = Math.max(0, ...parts.map((bar) => bar.length))
  const paths = Array.from({ length: series }, () => '')
  const width = round(x.bandwidth())
  for (const [i, bar] of parts.entries()) {
    const left = round(x(i) ?? 0)
    let below = 0
    for (let s = 0; s < series; s++) {
      const amount = bar[s] ?? 0
      if (amount <= 0) continue
      const [bottom, top] = [y(below), y(below + amount)]
      below += amount
      const gap = bottom - top > 3 * GAP && below > amount ? GAP : 0
      const height = round(bottom - top - gap)
      if (height > 0) paths[s] += `M${left} ${round(top)}h${width}v${height}h${-width}z`
    }
  }
  return paths
}

function round(pixels: number): number {
  return Math.round(pixels * 100) / 100
}
