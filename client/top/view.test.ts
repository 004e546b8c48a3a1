import { describe, expect, test } from 'vitest'
import { afterKey, firstView, type View } from './view.ts'

const ROWS = { groups: ['a', 'b', 'c', 'd', 'e'], page: 2 }

function after(keys: readonly string[], view: View = firstView()): View {
  return keys.reduce((before, key) => afterKey(before, key, ROWS).view, view)
}

describe('a key of the live view', () => {
  test('m goes round what rows are of, and asks for it', () => {
    expect(['m', 'm', 'm', 'm'].map((_, i) => after(Array<string>(i + 1).fill('m')).by)).toEqual([
      'model',
      'machine',
      'project',
      'session',
    ])
    expect(afterKey(firstView(), 'm', ROWS).wish).toBe('ask')
  })

  test('t changes between tokens and cost, p stops and goes on, space too', () => {
    expect([after(['t']).metric, after(['t', 't']).metric]).toEqual(['cost', 'tokens'])
    expect([after(['p']).isPaused, after(['p', ' ']).isPaused]).toEqual([true, false])
  })

  test('arrows select a row, and stop at the first and the last', () => {
    expect(after(['down']).selected).toBe('a')
    expect(after(['down', 'down', 'j', 'up', 'k', 'k', 'k']).selected).toBe('a')
    expect(after(['page-down', 'page-down', 'page-down', 'page-down']).selected).toBe('e')
    expect([after(['end']).selected, after(['end', 'page-up']).selected, after(['end', 'home']).selected]).toEqual([
      'e',
      'c',
      'a',
    ])
    expect(after(['down', 'escape']).selected).toBeUndefined()
    expect(afterKey(firstView(), 'down', { groups: [], page: 1 }).view.selected).toBeUndefined()
  })

  test('a row that went elsewhere stays selected; the next arrow goes on from there', () => {
    const view = after(['down', 'down'])
    const moved = { groups: ['b', 'c', 'a'], page: 2 }
    expect(afterKey(view, 'down', moved).view.selected).toBe('c')
    expect(afterKey(view, 'x', moved).view.selected).toBe('b')
  })

  test('any key leaves the help, and does nothing else', () => {
    expect(after(['?'])).toEqual({ ...firstView(), isHelp: true })
    expect(after(['?', 't'])).toEqual(firstView())
    expect(afterKey(after(['?']), 'q', ROWS).wish).toBe('quit')
  })

  test('what was said is gone with the next key', () => {
    expect(after(['x'], { ...firstView(), message: 'Opened.' }).message).toBeUndefined()
  })
})
