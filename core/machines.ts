import { usdText } from './money.ts'
import type { MachineRow, UsageSums } from './report-specs.ts'
import { sumOf } from './usage-sums.ts'

/** A machine that was silent for so long, in milliseconds, needs a look: Claude Code deletes what it has not sent. */
export const STALE_MS = 7 * 86_400_000

/** Is a machine expected to sync again? Not one that is hidden or archived, nor one that was made for a job. */
export function isExpected(machine: MachineRow): boolean {
  return machine.is_active && !machine.is_archived && !machine.is_ephemeral
}

export function isStale(machine: MachineRow, now: number): boolean {
  return isExpected(machine) && now - Date.parse(machine.last_sync) >= STALE_MS
}

/** A row of a list of machines: one of them, or all of a group that were made for jobs. */
export interface ListedMachine {
  readonly row: MachineRow
  /** What usage calls those that are in it. */
  readonly names: readonly string[]
}

/**
 * Machines as they are listed: those that were made for jobs are one row for each group, called as the group, in the
 * place of the first of them. A filter by machine takes the name of a group, too.
 */
export function listedMachines(machines: readonly MachineRow[]): ListedMachine[] {
  const isJob = (row: MachineRow) => row.is_ephemeral && row.machine_group !== ''
  const groups = Map.groupBy(machines, (row) => (isJob(row) ? `group ${row.machine_group}` : `machine ${row.machine}`))
  return [...groups.values()].map((rows) => {
    const [first] = rows as [MachineRow, ...MachineRow[]]
    const names = rows.map(({ hostname }) => hostname)
    return { row: rows.length === 1 ? first : together(rows as [MachineRow, ...MachineRow[]]), names }
  })
}

function together(rows: readonly [MachineRow, ...MachineRow[]]): MachineRow {
  const [first] = rows
  const latest = (field: 'last_sync' | 'last_activity') => rows.map((row) => row[field] ?? '').reduce(later)
  return {
    ...first,
    ...sumsOf(rows),
    hostname: first.machine_group,
    first_seen: rows.map(({ first_seen }) => first_seen).reduce((a, b) => (a < b ? a : b)),
    last_sync: latest('last_sync'),
    last_activity: latest('last_activity') || null,
    event_count: rows.reduce((sum, { event_count }) => sum + event_count, 0),
  }
}

/** ISO instants of one form compare as texts. */
function later(a: string, b: string): string {
  return a > b ? a : b
}

/** No session is of two machines, so that here they add up. */
function sumsOf(rows: readonly UsageSums[]): UsageSums {
  const { cost, contract_cost, contract_saving, ...counts } = sumOf(rows)
  const money = (field: 'cost_usd' | 'contract_cost_usd' | 'contract_saving_usd', amount: bigint) =>
    rows.some((row) => row[field] !== null) ? usdText(amount) : null
  return {
    ...counts,
    cost_usd: money('cost_usd', cost),
    contract_cost_usd: money('contract_cost_usd', contract_cost),
    contract_saving_usd: money('contract_saving_usd', contract_saving),
  }
}
