import { z } from 'zod'
import { isCleanName } from '../core/text.ts'
import { instantText, scopes } from './words.ts'

/** Keys, as they are managed: `docs/protocol.md`. */

const kind = z.enum(['ingest', 'read', 'machine', 'admin'])
const id = z.string().meta({ description: 'Public; it is also a part of the key.' })

const keyRow = z.object({
  id,
  kind,
  scopes,
  label: z.string(),
  machine: z.string().meta({ description: 'Id of the machine that it was made for; empty for none.' }),
  group: z.string().meta({ description: 'Where machines come that it brings; empty for none.' }),
  is_ephemeral: z.boolean().meta({ description: 'Whether these are made for a job, and then gone.' }),
  hostname: z.string().nullable().meta({ description: 'What that machine is called.' }),
  created_at: instantText,
  last_used: instantText.nullable().meta({ description: 'To the minute.' }),
  last_used_from: z.string(),
  expires_at: instantText.nullable(),
  revoked_at: instantText.nullable(),
  is_valid: z.boolean().meta({ description: 'It has neither ended nor was it revoked.' }),
})

export const keysAnswer = z.object({ keys: z.array(keyRow) })

export const newKeyRequest = z.strictObject({
  kind,
  label: z
    .string()
    .max(400)
    .refine(isCleanName, 'must be a printable name of at most 200 characters')
    .default('')
    .meta({ description: 'What it is for.' }),
  expires_in_days: z.int().min(1).max(3650).optional(),
  group: z.string().max(100).refine(isCleanName, 'must be a printable name').default(''),
  is_ephemeral: z.boolean().default(false),
})

export const rotateRequest = z.strictObject({
  grace_s: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(86_400)
    .meta({ description: 'How long the old key still holds once the new one is used.' }),
})

const secret = z.string().meta({ description: 'The key itself: this answer is the only one that has it.' })

export const newKeyAnswer = keyRow.extend({ key: secret })
export const ownKeyAnswer = keyRow
export const revokeAnswer = z.object({ id, status: z.literal('revoked') })

export type KeyRow = z.output<typeof keyRow>
export type NewKeyRequest = z.input<typeof newKeyRequest>
