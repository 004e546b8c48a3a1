import { createHash } from 'node:crypto'
import type { ProblemCode } from '../../core/problem.ts'
import type { Config } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { automaticFile } from './places.ts'
import { readSmallFile, writeSmallFile } from './small-files.ts'

/** What went wrong with sending, and when. */
export interface Failure {
  readonly code: ProblemCode
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Which server and key it was about, as {@link loginOf} tells. */
  readonly login: string
}

/** What automatic sync knows from run to run. Only the process that holds the lock writes it. */
export interface AutomaticState {
  /** When the last run ended; 0 for never. */
  readonly ended_at: number
  /** Sending failed, and is tried again `wait_ms` after it. */
  readonly failure?:
    | (Failure & { readonly tries: number; readonly since: number; readonly wait_ms: number })
    | undefined
  /** When all that this machine has was last compared with the server; 0 for never. */
  readonly compared_at: number
  /** The server refused this machine: nothing more is sent until it has another key, or another server. */
  readonly refused?: Failure | undefined
}

export function readState(surroundings: Pick<Surroundings, 'home'>): AutomaticState {
  const { ended_at, compared_at, failure, refused } = readSmallFile<AutomaticState>(statePath(surroundings)) ?? {}
  return { ended_at: ended_at ?? 0, compared_at: compared_at ?? 0, failure, refused }
}

export function writeState(surroundings: Pick<Surroundings, 'home'>, state: AutomaticState): void {
  writeSmallFile(statePath(surroundings), state)
}

function statePath(surroundings: Pick<Surroundings, 'home'>): string {
  return automaticFile(surroundings, 'state.json')
}

/** A server and a key as a text that is another one after a login, and tells neither. */
export function loginOf({ server_url, api_key }: Pick<Config, 'server_url' | 'api_key'>): string {
  return createHash('sha256').update(`${server_url} ${api_key}`).digest('base64url').slice(0, 12)
}
