import { z } from 'zod'
import { instantText, scopes } from './words.ts'

/** How a browser signs in, as `docs/protocol.md` tells it. */

export const signInRequest = z
  .union([
    z.strictObject({ setup: z.string().max(200).meta({ description: 'What stands after the # of a setup link.' }) }),
    z.strictObject({ api_key: z.string().min(1).max(512).meta({ description: 'A key that may read.' }) }),
  ])
  .meta({ description: 'Either of them; it is exchanged for a cookie, and need not be kept.' })

const signIn = z.object({
  id: z.string(),
  made_with: z.string().meta({
    description: '`setup-link`, or the id of the key with which the browser signed in, and with which it ends.',
  }),
  label: z.string().meta({ description: 'The browser, as it calls itself.' }),
  created_at: instantText,
  last_used: instantText,
  last_used_from: z.string(),
  ends_at: instantText.meta({ description: 'When it ends if the browser is not used any more.' }),
})

export const sessionAnswer = z.object({
  signed_in: z.boolean(),
  transport: z.enum(['https', 'loopback', 'http']).meta({
    description: '`http`: others on the way can read along. `loopback`: the browser is on the server’s own machine.',
  }),
  version: z.string(),
  scopes,
  session: signIn.optional().meta({ description: 'Where one is signed in.' }),
})

export const signOutAnswer = z.object({ signed_in: z.literal(false) })

export const signInsAnswer = z.object({
  sign_ins: z.array(signIn.extend({ is_current: z.boolean().meta({ description: 'The one that asks.' }) })),
})

export const endSignInsAnswer = z.object({ ended: z.int() })

export type SignInRow = z.output<typeof signIn>
export type SessionAnswer = z.output<typeof sessionAnswer>
