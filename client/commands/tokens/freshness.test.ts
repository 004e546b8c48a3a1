import { describe, expect, test } from 'vitest'
import type { MachineRow } from '../../../core/report-specs.ts'
import { styleFor } from '../../terminal/style.ts'
import { freshness } from './freshness.ts'
import { machine, MACHINES, NOW } from './testing.ts'

const terminal = { write: () => {}, isTTY: true, columns: 80 }
const DAY = 24 * 60

function said(...machines: MachineRow[]): string | undefined {
  return freshness(machines, NOW, styleFor(terminal, { env: {} }))
}

describe('freshness', () => {
  test('names the machines that lag behind the latest, and marks those that need a look', () => {
    expect(said(...MACHINES)).toBe('Synced 2 min ago, ci 3 h ago; ▲ old-mbp 19 days ago.')
    expect(said(machine('old-mbp', 19 * DAY), machine('studio', 0))).toBe('Synced just now; ▲ old-mbp 19 days ago.')
  })

  test('does not name machines that keep up', () => {
    expect(said(machine('a', 2), machine('b', 50))).toBe('Synced 2 min ago.')
    expect(said(machine('a', 5 * 60), machine('b', 5 * 60 + 30))).toBe('Synced 5 h ago.')
  })

  test('marks the only machine, too', () => {
    expect(said(machine('a', 8 * DAY))).toBe('▲ Synced 8 days ago.')
  })

  test('names three and counts the others', () => {
    const many = Array.from({ length: 6 }, (_, i) => machine(`m${i}`, 120 + 60 * i))
    expect(said(machine('a', 1), ...many)).toBe('Synced 1 min ago, m0 2 h ago, m1 3 h ago, m2 4 h ago, 3 more.')
  })

  test('leaves out hidden machines, and says nothing of none', () => {
    expect(said(machine('a', 2), machine('gone', 30 * DAY, { is_active: false }))).toBe('Synced 2 min ago.')
    expect(said()).toBeUndefined()
  })

  test('of a machine whose clock is ahead is now', () => {
    expect(said(machine('a', -30))).toBe('Synced just now.')
  })

  test('shortens names from outside and shows nothing hidden in them', () => {
    expect(said(machine('a', 1), machine(`\u001b[31m${'x'.repeat(100)}`, 120))).toBe(
      'Synced 1 min ago, [31mxxxxxxxx…xxxxxxxxxxx 2 h ago.',
    )
  })
})
