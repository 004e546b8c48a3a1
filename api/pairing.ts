import { z } from 'zod'
import { isCleanName } from '../core/text.ts'
import { instantText } from './words.ts'

/** How a machine gets its key: the device flow of RFC 8628, and invites (`docs/protocol.md`). */

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const clean = (most: number) => z.string().max(most).refine(isCleanName, 'must be printable')
const filled = (most: number) => clean(most).refine((text) => text.trim() !== '', 'must not be empty')

/** What a machine says of itself before anyone trusts it. */
const machineParts = {
  machine: filled(100).meta({ description: 'Its own random id.' }),
  hostname: filled(200),
  system: clean(100).default('').meta({ description: 'Its operating system, in words.' }),
  client_version: clean(50).default(''),
}

/** Form fields of `POST /v1/auth/device`. */
export const deviceRequest = z.object({
  client_id: clean(100).optional(),
  scope: clean(200).optional(),
  ...machineParts,
})

export const deviceAnswer = z.object({
  device_code: z.string().meta({ description: 'Secret; for `POST /v1/auth/token`.' }),
  user_code: z.string().meta({ description: 'To be typed by a person, such as WDJB-MJHT.' }),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.int(),
  interval: z.int().meta({ description: 'Seconds between two polls, at least.' }),
  match: z.string().meta({ description: 'Two digits to show beside the code: who approves has to pick them.' }),
})

/** Form fields of `POST /v1/auth/token`. */
export const tokenRequest = z.object({
  grant_type: z.string().max(200),
  device_code: z.string().max(200).default(''),
  client_id: clean(100).optional(),
})

export const tokenAnswer = z.object({
  access_token: z.string().meta({ description: 'The key, for X-API-Key. No other answer has it.' }),
  token_type: z.literal('api-key'),
  scope: z.string().meta({ description: 'Its rights, with spaces between.' }),
  key_id: z.string(),
})

/** RFC 6749, 5.2 and RFC 8628, 3.5. */
export const tokenError = z.object({
  error: z.enum([
    'authorization_pending',
    'slow_down',
    'access_denied',
    'expired_token',
    'invalid_grant',
    'invalid_request',
    'unsupported_grant_type',
  ]),
  error_description: z.string(),
})

const pairing = z.object({
  id: z.string(),
  machine: z.string(),
  hostname: z.string(),
  system: z.string(),
  client_version: z.string(),
  from_address: z.string().meta({ description: 'Where the request came from.' }),
  known_as: z
    .string()
    .nullable()
    .meta({ description: 'What this machine is called here, where it has been here before.' }),
  created_at: instantText,
  expires_at: instantText,
  choices: z.array(z.string()).meta({ description: 'Three numbers; the terminal of the machine shows one of them.' }),
})

export const pairingsAnswer = z.object({ pairings: z.array(pairing) })
export const findPairingRequest = z.strictObject({
  code: z
    .string()
    .max(40)
    .meta({ description: 'As the terminal of the machine shows it, in any case, with or without the dash.' }),
})
export const pairingAnswer = pairing
export const approveRequest = z.strictObject({
  number: z.string().max(4).meta({ description: 'The one of `choices` that the terminal shows.' }),
})
export const decisionAnswer = z.object({ id: z.string(), status: z.enum(['approved', 'denied']) })

export const inviteRequest = z.strictObject({
  label: clean(200).default('').meta({ description: 'Which machine it is for.' }),
})
export const inviteAnswer = z.object({
  code: z.string().meta({ description: 'Works once: forge login URL --code CODE' }),
  expires_at: instantText,
  url: z.string().nullable().meta({
    description: 'Where other machines reach this server; null where it does not know, or only its own machine can.',
  }),
})

export const redeemRequest = z.object({ code: z.string().max(40), ...machineParts })

export type PairingRow = z.output<typeof pairing>
export type TokenError = z.output<typeof tokenError>
