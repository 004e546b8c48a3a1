import type { ComponentChildren } from 'preact'

/** What is said of the place under the pointer, beside it and inside the chart. What it says, the chart's label says too. */
export function Tooltip({
  x,
  width,
  top = 4,
  children,
}: {
  readonly x: number
  /** Of the chart. */
  readonly width: number
  readonly top?: number
  readonly children: ComponentChildren
}) {
  const side = x < width / 2 ? { left: `${x + 10}px` } : { right: `${width - x + 10}px` }
  return (
    <div class="tooltip" aria-hidden="true" style={{ ...side, top: `${top}px` }}>
      {children}
    </div>
  )
}
