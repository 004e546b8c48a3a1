import { z } from 'zod'
import { isCleanName } from '../core/text.ts'
import { instantText } from './words.ts'

/** Machines, as they are managed: `docs/protocol.md`. */

const named = z.object({
  id: z.string(),
  name: z.string().meta({ description: 'What it is called: as someone calls it here, or else as it calls itself.' }),
})

const machineListing = named.extend({
  hostname: z.string().meta({ description: 'As it calls itself.' }),
  label: z.string().meta({ description: 'As someone calls it here; empty where nobody does.' }),
  group: z.string(),
  is_ephemeral: z.boolean().meta({ description: 'It was made for a job, and is gone.' }),
  is_active: z.boolean().meta({ description: 'It is shown in reports.' }),
  is_archived: z.boolean().meta({ description: 'It counts, and nothing is expected of it any more.' }),
  first_seen: instantText,
  last_sync: instantText,
  event_count: z.int(),
  key_count: z.int().meta({ description: 'Keys of its own that hold.' }),
  merged: z.array(named).meta({ description: 'Machines that are this one.' }),
  copied_from: named.nullable().meta({ description: 'The machine whose key, and so whose files, it first came with.' }),
  cloned_at: instantText.nullable().meta({ description: 'When two computers were first seen to pass for it.' }),
  erased_after: instantText.nullable().meta({ description: 'It was deleted: until then that can be taken back.' }),
})

export const machinesAnswer = z.object({ machines: z.array(machineListing) })

const name = z.string().max(400).refine(isCleanName, 'must be a printable name of at most 200 characters')
const preview = z.boolean().default(false).meta({ description: 'Only says what would come of it.' })

export const machineChangeRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('rename'), name, preview }),
  z.strictObject({ action: z.literal('group'), group: name, preview }),
  z.strictObject({ action: z.literal('archive'), preview }),
  z.strictObject({ action: z.literal('keep'), preview }),
  z.strictObject({ action: z.literal('revoke'), preview }),
  z.strictObject({ action: z.literal('merge'), into: z.string().min(1).max(400), preview }),
  z.strictObject({ action: z.literal('delete'), preview }),
])

export const MACHINE_ACTIONS = ['rename', 'group', 'archive', 'keep', 'revoke', 'merge', 'delete'] as const

const machineChange = z.object({
  id: z.int().meta({ description: 'To take it back: POST /v1/machine-changes/{id}/undo' }),
  at: instantText,
  by: z.string().meta({ description: '`key ID` or `browser ID`.' }),
  action: z.enum(MACHINE_ACTIONS),
  machine: named,
  from: z.string().meta({ description: 'The name or the group before.' }),
  to: z.string().meta({ description: 'The name or the group after, or the name of the machine that it is now.' }),
  undo_until: instantText,
  undone_at: instantText.nullable(),
  can_undo: z
    .boolean()
    .meta({ description: 'False when it is too late, when it was taken back, and when the machine was erased since.' }),
})

export const machineChangesAnswer = z.object({ changes: z.array(machineChange) })
export const machineUndoAnswer = z.object({ change: machineChange })

export const machineChangeAnswer = z.object({
  change: machineChange.nullable().meta({ description: 'As it is written down; null for a preview.' }),
  effect: z.object({
    machine: named.meta({ description: 'As it is called before.' }),
    into: named.nullable().meta({ description: 'The machine that it becomes.' }),
    event_count: z.int().meta({ description: 'Events that count for it before.' }),
    total_tokens: z.int(),
    lost_event_count: z
      .int()
      .meta({ description: 'Of these, those that no other machine has shown: no report has them.' }),
    lost_tokens: z.int(),
    keys: z.array(z.object({ id: z.string(), label: z.string() })).meta({ description: 'Keys that end.' }),
    erased_after: instantText.nullable(),
  }),
})

export type MachineListing = z.output<typeof machineListing>
export type MachineChangeRequest = z.input<typeof machineChangeRequest>
export type MachineChangeRow = z.output<typeof machineChange>
export type MachineChangeAnswer = z.output<typeof machineChangeAnswer>
export type MachineEffect = MachineChangeAnswer['effect']
