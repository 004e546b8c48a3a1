import type { z } from 'zod'
import { healthAnswer } from './contract.ts'
import { DEVICE_GRANT, deviceAnswer, tokenAnswer, type TokenError, tokenError } from './pairing.ts'
import { DEVICE_PATH, HEALTH_PATH, INVITES_PATH, TOKEN_PATH } from './paths.ts'
import { asker, type ConnectOptions, form, posted, requester } from './request.ts'

/** What a machine says of itself. */
export interface Introduction {
  /** Its own random id. */
  readonly machine: string
  readonly hostname: string
  readonly system: string
  readonly client_version: string
}

export type DeviceCodes = z.output<typeof deviceAnswer>
export type HandedOut = z.output<typeof tokenAnswer>
export type Polled = HandedOut | TokenError

/** What a machine without a key may ask of a server. Every failure is a Problem. */
export interface Newcomer {
  health(): Promise<z.output<typeof healthAnswer>>
  askToPair(me: Introduction): Promise<DeviceCodes>
  /** The key, or why there is none (yet). */
  poll(device_code: string): Promise<Polled>
  /** The key that an invite is worth. */
  redeem(code: string, me: Introduction): Promise<HandedOut>
}

export function newcomer(url: string, options: ConnectOptions = {}): Newcomer {
  const request = requester({ url }, options)
  const ask = asker({ url }, options)
  return {
    health: () => request(HEALTH_PATH, healthAnswer),
    askToPair: (me) => request(DEVICE_PATH, deviceAnswer, form({ client_id: 'claudeforge', ...me })),
    redeem: (code, me) => request(`${INVITES_PATH}/redeem`, tokenAnswer, posted({ code, ...me })),
    async poll(device_code) {
      const { status, body, refuse } = await ask(TOKEN_PATH, form({ grant_type: DEVICE_GRANT, device_code }), [400])
      const parsed = (status === 400 ? tokenError : tokenAnswer).safeParse(body)
      if (!parsed.success) throw refuse()
      return parsed.data
    },
  }
}
