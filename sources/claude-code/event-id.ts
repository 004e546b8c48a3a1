import { hash } from 'node:crypto'

/** What of a sighting tells which response it shows. */
export interface Identity {
  readonly message_id: string
  readonly request_id: string
  readonly uuid: string
  readonly model: string
  readonly session: string
  readonly occurred_at: number
}

/** Anthropic's message ids are longer; a short one without a request id comes from a proxy and may be a constant. */
const SHORTEST_UNIQUE_ID = 20

const MS_PER_DAY = 86_400_000

/**
 * What names a response, as text: its message id; a short one without a request id together with model, session and
 * UTC day; without a message id the request id, then the row's uuid. Undefined when there is nothing to know it by.
 * It depends on the sighting alone, never on the file or machine that shows it.
 */
export function identityOf(sighting: Identity): string | undefined {
  const { message_id, request_id, uuid, model, session, occurred_at } = sighting
  if (message_id !== '') {
    if (message_id.length >= SHORTEST_UNIQUE_ID || request_id !== '') return `message ${message_id}`
    return `message ${message_id} ${model} ${session} ${Math.floor(occurred_at / MS_PER_DAY)}`
  }
  if (request_id !== '') return `request ${request_id}`
  return uuid === '' ? undefined : `row ${uuid}`
}

/**
 * The event's id: the first 128 bits of SHA-256 over its identity, in base64url (22 characters). Message ids are long
 * random texts, so the hash tells nothing and is the same on every machine.
 */
export function eventId(identity: string): string {
  if (identity !== last.identity) {
    last = { identity, id: first128Bits(hash('sha256', `claudeforge 1 ${identity}`, 'base64url')) }
  }
  return last.id
}

/** Rows of one response mostly follow each other. */
let last = { identity: '', id: '' }

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** 21 characters hold 126 bits, so of the next one the first 2 count. (Cut as bytes, a hash takes twice as long.) */
function first128Bits(hash: string): string {
  return hash.slice(0, 21) + BASE64URL[BASE64URL.indexOf(hash.charAt(21)) & 0b110000]
}
