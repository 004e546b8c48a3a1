import type { RecentGrouping } from '../../core/recent.ts'
import type { Key } from '../terminal/keys.ts'
import type { TopMetric } from './hour.ts'

/** How someone looks at the live view. What there is to be seen is no part of it. */
export interface View {
  readonly by: RecentGrouping
  readonly metric: TopMetric
  readonly isPaused: boolean
  readonly isHelp: boolean
  /** The group of the selected row: it stays selected wherever the row goes. */
  readonly selected: string | undefined
  /** Said instead of the keys, until another one is pressed. */
  readonly message: string | undefined
}

/** What a key asks for, besides another view. */
export type Wish = 'quit' | 'open' | 'ask' | 'redraw'

const ORDER: readonly RecentGrouping[] = ['session', 'model', 'machine', 'project']

/** What the rows are divided by after the next press of `m`. */
export function nextGrouping(by: RecentGrouping): RecentGrouping {
  return ORDER[(ORDER.indexOf(by) + 1) % ORDER.length] as RecentGrouping
}

export function firstView({ by = 'session' }: { readonly by?: RecentGrouping | undefined } = {}): View {
  return { by, metric: 'tokens', isPaused: false, isHelp: false, selected: undefined, message: undefined }
}

/** The view after a key was pressed; `groups` are those of the rows, in their order, of which `page` fit. */
export function afterKey(
  before: View,
  key: Key | string,
  { groups, page }: { readonly groups: readonly string[]; readonly page: number },
): { readonly view: View; readonly wish?: Wish } {
  const view = { ...before, message: undefined, isHelp: false }
  if (key === 'q') return { view, wish: 'quit' }
  if (before.isHelp && key !== 'redraw') return { view }
  switch (key) {
    case 'm':
      return { view: { ...view, by: nextGrouping(view.by), selected: undefined }, wish: 'ask' }
    case 't':
      return { view: { ...view, metric: view.metric === 'tokens' ? 'cost' : 'tokens' } }
    case 'p':
    case ' ':
      return { view: { ...view, isPaused: !view.isPaused } }
    case '?':
    case 'h':
      return { view: { ...view, isHelp: true } }
    case 'enter':
      return { view, wish: 'open' }
    case 'redraw':
      return { view: before, wish: 'redraw' }
    default:
      return { view: { ...view, selected: selectedAfter(view.selected, key, groups, page) } }
  }
}

function selectedAfter(
  selected: string | undefined,
  key: Key | string,
  groups: readonly string[],
  page: number,
): string | undefined {
  if (key === 'escape') return undefined
  const at = selected === undefined ? -1 : groups.indexOf(selected)
  const moved = movedBy(key, at, { page, last: groups.length - 1 })
  return moved === undefined ? selected : groups[Math.min(Math.max(moved, 0), groups.length - 1)]
}

function movedBy(key: Key | string, at: number, { page, last }: { page: number; last: number }): number | undefined {
  switch (key) {
    case 'down':
    case 'j':
      return at + 1
    case 'up':
    case 'k':
      return at - 1
    case 'page-down':
      return at + page
    case 'page-up':
      return at - page
    case 'home':
      return 0
    case 'end':
      return last
    default:
      return undefined
  }
}
