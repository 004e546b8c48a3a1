import { type MachineListing, machinesAnswer } from '../../api/machines.ts'
import { keysOf } from '../../store/keys.ts'
import { UNDO_MS } from '../../store/machine-changes.ts'
import { factsOfMachines } from '../../store/machine-days.ts'
import { allMachines, machineName } from '../../store/machines.ts'
import { findName } from '../../store/names.ts'
import type { Db, Tx } from '../../store/open.ts'
import type { OwnerId } from '../../store/schema.ts'
import { machineIds } from '../../store/shown-as.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { endOfKey } from '../keys/key-row.ts'
import type { KnownMachines } from './change-row.ts'

/** Every machine that was not erased, with all that is known and said of it: those that are others are within these. */
export function listMachines({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'listMachines',
    summary: 'Every machine, those that are hidden, archived or deleted included.',
    answer: machinesAnswer,
    async handle({ caller: { owner } }) {
      return { machines: await listings(db, owner, now()) }
    },
  }
}

async function listings(db: Db, owner: OwnerId, now: number): Promise<MachineListing[]> {
  const rows = await allMachines(db, owner)
  const is = machineIds(rows)
  const { nameOf } = await knownMachines(db, owner)
  const named = (id: string) => ({ id, name: nameOf(id) })
  const families = Map.groupBy(rows, ({ id }) => is(id))
  const facts = await factsOfMachines(db, owner)
  const keys = (await keysOf(db, owner)).filter((key) => key.machine !== '' && endOfKey(key, now) === undefined)
  const keysByMachine = Map.groupBy(keys, ({ machine }) => is(machine))
  const kept = rows.filter(({ erased_at, merged_into }) => erased_at === 0 && merged_into === '')
  return Promise.all(
    kept.map(async (row): Promise<MachineListing> => {
      const { id, hostname, label, machine_group: group, copied_from, cloned_at, deleted_at } = row
      const family = families.get(id) ?? [row]
      return {
        ...named(id),
        hostname,
        label,
        group,
        is_ephemeral: row.is_ephemeral === 1,
        is_active: row.is_active === 1,
        is_archived: row.archived_at > 0,
        first_seen: instant(Math.min(...family.map(({ first_seen }) => first_seen))),
        last_sync: instant(Math.max(...family.map(({ last_sync }) => last_sync))),
        event_count: facts.get((await findName(db, id)) ?? 0)?.event_count ?? 0,
        key_count: keysByMachine.get(id)?.length ?? 0,
        merged: family.filter((of) => of.id !== id).map((of) => ({ id: of.id, name: machineName(of) })),
        copied_from: copied_from === '' ? null : named(copied_from),
        cloned_at: cloned_at === 0 ? null : instant(cloned_at),
        erased_after: deleted_at === 0 ? null : instant(deleted_at + UNDO_MS),
      }
    }),
  )
}

/** One that is not known is called by its id. */
export async function knownMachines(db: Db | Tx, owner: OwnerId): Promise<KnownMachines> {
  const rows = new Map((await allMachines(db, owner)).map((row) => [row.id, row]))
  return {
    nameOf: (id) => {
      const row = rows.get(id)
      return row === undefined ? id : machineName(row)
    },
    hostnameOf: (id) => rows.get(id)?.hostname ?? id,
    // As what is taken back looks at it: one that was let in again since has nothing against it.
    isErasedSince: (id, at) => (rows.get(id)?.erased_at ?? 0) >= at,
  }
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
