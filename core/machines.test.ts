import { expect, test } from 'vitest'
import { machine } from '../client/commands/tokens/testing.ts'
import { isExpected, isStale, listedMachines, STALE_MS } from './machines.ts'

test('machines of a group that were made for jobs are one row, and add up', () => {
  const job = (hostname: string, total_tokens: number, minutes: number) =>
    machine(hostname, minutes, {
      is_ephemeral: true,
      machine_group: 'ci',
      total_tokens,
      session_count: 1,
      cost_usd: '0.25',
      event_count: 2,
    })
  const rows = [job('run-1', 10, 90), machine('laptop', 5), job('run-2', 30, 60), machine('ci', 1)]
  const listed = listedMachines(rows)
  expect(listed.map(({ row, names }) => [row.hostname, row.total_tokens, names])).toEqual([
    ['ci', 40, ['run-1', 'run-2']],
    ['laptop', 0, ['laptop']],
    ['ci', 0, ['ci']],
  ])
  expect(listed[0]?.row).toMatchObject({
    session_count: 2,
    event_count: 4,
    cost_usd: '0.5',
    contract_cost_usd: null,
    last_sync: rows[2]?.last_sync,
    first_seen: rows[0]?.first_seen,
  })
})

test('nothing is expected of a machine that is hidden, archived or was made for a job', () => {
  const old = machine('laptop', STALE_MS / 60_000 + 1)
  const now = Date.parse(old.last_sync) + STALE_MS
  expect(isStale(old, now)).toBe(true)
  expect(isStale(old, now - 1)).toBe(false)
  for (const more of [{ is_active: false }, { is_archived: true }, { is_ephemeral: true }]) {
    expect(isExpected({ ...old, ...more })).toBe(false)
    expect(isStale({ ...old, ...more }, now)).toBe(false)
  }
})
