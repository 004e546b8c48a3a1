import { MACHINE_ACTIONS, type MachineChangeRow } from '../../api/machines.ts'
import { UNDO_MS, type WrittenChange } from '../../store/machine-changes.ts'

/** What machines are called, what they call themselves, and whether their data were erased since, by their ids. */
export interface KnownMachines {
  nameOf(id: string): string
  hostnameOf(id: string): string
  isErasedSince(id: string, at: number): boolean
}

/** A change as it may be shown. */
export function changeRow(change: WrittenChange, machines: KnownMachines, now: number): MachineChangeRow {
  const { nameOf, hostnameOf, isErasedSince } = machines
  const { id, at, actor, machine, becomes, undone_at } = change
  const action = MACHINE_ACTIONS.find((each) => each === change.action) ?? 'rename'
  const named = (label: string) => (action === 'rename' && label === '' ? hostnameOf(machine) : label)
  return {
    id,
    at: new Date(at).toISOString(),
    by: actor,
    action,
    machine: { id: machine, name: nameOf(machine) },
    from: named(before(change)),
    to: action === 'merge' ? nameOf(becomes) : named(becomes),
    undo_until: new Date(at + UNDO_MS).toISOString(),
    undone_at: undone_at === 0 ? null : new Date(undone_at).toISOString(),
    can_undo: undone_at === 0 && now < at + UNDO_MS && !isErasedSince(machine, at),
  }
}

/** The name or the group before. */
function before({ was }: WrittenChange): string {
  const { machine } = JSON.parse(was) as { machine: { label?: string; machine_group?: string } }
  return machine.label ?? machine.machine_group ?? ''
}
