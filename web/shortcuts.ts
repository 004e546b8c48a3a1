import { recall, remember } from './browser-memory.ts'

/** Keys that do something, with what they do: the help sheet is made of it. */
export const SHORTCUTS: readonly (readonly [keys: string, does: string])[] = [
  ['?', 'this help'],
  ['g o', 'Overview; then m, d, p, s, l for the other pages'],
  ['1 2 3 4 5 0', 'today, 7, 30, 90 days, 12 months, all time'],
  ['[ ]', 'the range before, the range after'],
  ['x', 'compare with the period before'],
  ['b', 'next division: model, machine, project, …'],
  ['v', 'next metric: tokens, cost, output, …'],
  ['f', 'add a filter'],
  ['.', 'charts as tables'],
  ['e', 'download what is shown as CSV'],
  ['r', 'ask the server again'],
  ['Ctrl K', 'go to anything'],
  ['Esc', 'close'],
]

type Listener = () => void

const listeners = new Map<string, Set<Listener>>()
let firstKey = ''

/** Calls `listener` whenever a key, or two after each other (`g o`), is pressed outside a field. Returns what stops that. */
export function onShortcut(keys: string, listener: Listener): () => void {
  const ofKeys = listeners.get(keys) ?? new Set()
  listeners.set(keys, ofKeys.add(listener))
  return () => void ofKeys.delete(listener)
}

/** Single keys can be switched off, for those who dictate (WCAG 2.1.4). */
export function areShortcutsOn(): boolean {
  return recall('shortcuts') !== 'off'
}

export function setShortcuts(isOn: boolean): void {
  remember('shortcuts', isOn ? undefined : 'off')
}

export function startShortcuts(): void {
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      if (call('Ctrl K')) event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !areShortcutsOn() || isField(event.target)) return
    const keys = firstKey === '' ? event.key : `${firstKey} ${event.key}`
    const isFirst = firstKey === '' && event.key === 'g'
    firstKey = isFirst ? 'g' : ''
    if (!isFirst && call(keys)) event.preventDefault()
  })
}

function call(keys: string): boolean {
  const ofKeys = [...(listeners.get(keys) ?? [])]
  for (const listener of ofKeys) listener()
  return ofKeys.length > 0
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, [contenteditable], dialog') !== null
}
