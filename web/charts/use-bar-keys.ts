import { useState } from 'preact/hooks'

/**
 * Going through bars with arrow keys or a pointer, one at a time, and picking one or a stretch of them. Escape, leaving
 * and losing focus let go.
 */
export function useBarKeys({
  count,
  indexAt,
  onPick,
}: {
  readonly count: number
  readonly indexAt: (pointer: Pick<PointerEvent, 'clientX' | 'clientY'>, box: DOMRect) => number | undefined
  readonly onPick: ((first: number, last: number) => void) | undefined
}) {
  const [at, setActive] = useState<number | undefined>(undefined)
  const [start, setStart] = useState<number | undefined>(undefined)
  const active = at === undefined || at >= count ? undefined : at
  const last = count - 1
  const indexOf = (event: PointerEvent) => {
    const element = event.currentTarget as Element
    return indexAt(event, element.getBoundingClientRect())
  }
  const handlers = {
    onKeyDown(event: KeyboardEvent) {
      const next = keyTarget(event.key, active, last)
      if (next !== undefined) setActive(Math.min(Math.max(next, 0), last))
      else if (event.key === 'Escape') setActive(undefined)
      else if ((event.key === 'Enter' || event.key === ' ') && active !== undefined) onPick?.(active, active)
      else return
      event.preventDefault()
    },
    onBlur: () => setActive(undefined),
    onPointerMove: (event: PointerEvent) => setActive(indexOf(event)),
    onPointerLeave(event: PointerEvent) {
      // A finger leaves at the end of each tap, and what it has shown stays to be read.
      if (event.pointerType !== 'touch') setActive(undefined)
      setStart(undefined)
    },
    onPointerDown(event: PointerEvent) {
      const at = indexOf(event)
      // A finger shows a bar by its first tap, and opens it by the second; it drags over none, since it scrolls.
      if (event.pointerType === 'touch') setStart(at === active ? at : undefined)
      else if (event.button === 0) setStart(at)
      setActive(at)
    },
    onPointerUp(event: PointerEvent) {
      const end = indexOf(event)
      const isStretch = event.pointerType !== 'touch' && start !== end
      if (start !== undefined && end !== undefined && (start === end || isStretch)) onPick?.(start, end)
      setStart(undefined)
    },
  }
  const isDragging = start !== undefined && active !== undefined && start !== active
  return { active, dragged: isDragging ? ([start, active] as const) : undefined, handlers }
}

function keyTarget(key: string, active: number | undefined, last: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return active === undefined ? last : active + 1
    case 'ArrowLeft':
    case 'ArrowDown':
      return active === undefined ? last : active - 1
    case 'Home':
      return 0
    case 'End':
      return last
    case 'PageUp':
      return (active ?? last) - 7
    case 'PageDown':
      return (active ?? 0) + 7
    default:
      return undefined
  }
}
