import { hash } from 'node:crypto'
import { EVENT_FIELDS, type UsageEvent } from '../core/usage-event.ts'

/** Fields that a server may keep otherwise than a machine: what it is told of projects is a matter of privacy. */
const HASHED = EVENT_FIELDS.filter((field) => field !== 'project')

/** 48 bits over what an event says, as a whole number: two ledgers that say the same of it have the same. */
export function eventHash(event: UsageEvent): number {
  const text = HASHED.map((field) => event[field]).join('\u0001')
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16)
}

const MODULUS = 2 ** 48

/** The hash of a set of events, in whatever order they are added. */
export function addHash(sum: number, one: number): number {
  return (sum + one) % MODULUS
}
