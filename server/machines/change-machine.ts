import {
  machineChangeAnswer,
  type MachineChangeAnswer,
  machineChangeRequest,
  type MachineEffect,
} from '../../api/machines.ts'
import type { z } from 'zod'
import { Problem } from '../../core/problem.ts'
import { writeDown } from '../../store/audit.ts'
import { findKey } from '../../store/keys.ts'
import { changeMachine as change, getChange, type MachineChange, UNDO_MS } from '../../store/machine-changes.ts'
import { usageOfMachine } from '../../store/machine-usage.ts'
import type { Machine } from '../../store/machines.ts'
import type { Tx } from '../../store/open.ts'
import { rehearse, transact } from '../../store/transact.ts'
import type { Caller } from '../access/caller.ts'
import { deedOf } from '../access/deed.ts'
import type { Visit } from '../access/visit.ts'
import type { Endpoint, ServerLedger } from '../endpoint.ts'
import { readBody } from '../validation.ts'
import { changeRow } from './change-row.ts'
import { getKeptMachine } from './get-machine.ts'
import { knownMachines } from './list.ts'

/** Changes a machine, or only says what would come of it: the same is done, and taken back. */
export function changeMachine({ db, now }: ServerLedger): Endpoint {
  return {
    name: 'changeMachine',
    summary:
      'Renames, groups, archives, merges or deletes a machine, or revokes its keys. It can be taken back for 7 days.',
    body: machineChangeRequest,
    answer: machineChangeAnswer,
    problems: ['not-found', 'ambiguous', 'invalid-request'],
    async handle({ caller, visit, param, readJson }) {
      const wanted = readBody(machineChangeRequest, await readJson())
      const run = wanted.preview ? rehearse : transact
      const at = now()
      const { effect, ...made } = await run(db, caller.owner, (tx) =>
        changed(tx, { caller, visit, at, named: param('hostname'), wanted }),
      )
      return { change: wanted.preview ? null : made.change, effect } satisfies MachineChangeAnswer
    },
  }
}

interface Asked {
  readonly caller: Caller
  readonly visit: Visit
  readonly at: number
  readonly named: string
  readonly wanted: z.output<typeof machineChangeRequest>
}

async function changed(
  tx: Tx,
  { caller, visit, at, named, wanted }: Asked,
): Promise<{ change: MachineChangeAnswer['change']; effect: MachineEffect }> {
  const { owner } = caller
  const machine = await getKeptMachine(tx, owner, named)
  const into = wanted.action === 'merge' ? await otherMachine(tx, machine, caller, wanted.into) : undefined
  const usage = await usageOfMachine(tx, owner, machine.id)
  const deed = deedOf(caller, visit, { at, action: `machine.${DONE[wanted.action]}`, subject: machine.id })
  const { id, keys } = await change(tx, owner, {
    machine: machine.id,
    change: changeOf(wanted, into),
    actor: deed.actor,
    at,
  })
  await writeDown(tx, { ...deed, detail: machine.name })
  const lost = wanted.action === 'delete' ? await usageOfMachine(tx, owner, machine.id) : undefined
  const row = changeRow(await getChange(tx, owner, id), await knownMachines(tx, owner), at)
  return {
    change: row,
    effect: {
      machine: { id: machine.id, name: machine.name },
      into: into === undefined ? null : { id: into.id, name: into.name },
      ...usage,
      lost_event_count: lost?.event_count ?? 0,
      lost_tokens: lost?.total_tokens ?? 0,
      keys: await Promise.all(keys.map(async (key) => ({ id: key, label: (await findKey(tx, key))?.label ?? '' }))),
      erased_after: wanted.action === 'delete' ? new Date(at + UNDO_MS).toISOString() : null,
    },
  }
}

const DONE = {
  rename: 'renamed',
  group: 'grouped',
  archive: 'archived',
  keep: 'kept',
  revoke: 'revoked',
  merge: 'merged',
  delete: 'deleted',
} as const

async function otherMachine(tx: Tx, machine: Machine, { owner }: Caller, named: string): Promise<Machine> {
  const into = await getKeptMachine(tx, owner, named)
  if (into.id !== machine.id) return into
  throw new Problem('invalid-request', `${machine.name} is that machine.`, {
    hint: 'Name another one to merge it into.',
  })
}

function changeOf(wanted: Asked['wanted'], into: Machine | undefined): MachineChange {
  switch (wanted.action) {
    case 'rename':
      return { action: 'rename', becomes: wanted.name }
    case 'group':
      return { action: 'group', becomes: wanted.group }
    case 'merge':
      return { action: 'merge', becomes: into?.id ?? '' }
    default:
      return { action: wanted.action }
  }
}
