import { useRef, useState } from 'preact/hooks'

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/** Squares of a grid as one tab stop: arrows go to the square beside, Home and End to the first and last, Enter picks. */
export function useGridKeys<Cell extends string>({
  cells,
  beside,
  onPick,
}: {
  /** What there is, in its order. */
  readonly cells: readonly Cell[]
  readonly beside: (cell: Cell, arrow: Arrow) => string
  readonly onPick?: ((cell: Cell) => void) | undefined
}) {
  const table = useRef<HTMLTableElement>(null)
  const [focused, setFocused] = useState<string | undefined>(undefined)
  const tabStop = (cells as readonly string[]).includes(focused ?? '') ? focused : cells.at(-1)
  const move = (to: string | undefined) => {
    const square = table.current?.querySelector<HTMLElement>(`[data-cell="${to}"]`)
    if (square === null || square === undefined) return
    setFocused(to)
    square.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const cell = (event.target as HTMLElement).dataset['cell'] as Cell | undefined
    if (cell === undefined) return
    if (event.key === 'Home') move(cells[0])
    else if (event.key === 'End') move(cells.at(-1))
    else if (event.key === 'Enter' || event.key === ' ') onPick?.(cell)
    else if (isArrow(event.key)) move(beside(cell, event.key))
    else return
    event.preventDefault()
  }
  return {
    grid: { ref: table, role: 'grid', onKeyDown } as const,
    cell: (cell: Cell) => ({ role: 'gridcell', 'data-cell': cell, tabIndex: cell === tabStop ? 0 : -1 }) as const,
  }
}

function isArrow(key: string): key is Arrow {
  return ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(key)
}
