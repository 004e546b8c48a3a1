import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { KEY_HEADER } from '../api/paths.ts'
import { encodeEvents } from '../api/event-table.ts'
import type { KeyKind } from '../core/scope.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { openServerLedger } from '../store/open.ts'
import { testDatabase } from '../store/testing.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { type AppOptions, createApp } from './app.ts'
import { makeKey, type NewKey } from './keys/make-key.ts'
import { createLog } from './log.ts'

/** For tests: a server with a real ledger in a folder of its own, at a given time, without a socket. */

export const TEST_KEY = 'a-key-for-tests-only'
export const TEST_NOW = Date.parse('2026-11-20T12:00:00.000Z')

export interface TestServer {
  readonly app: ReturnType<typeof createApp>
  readonly options: AppOptions
  /** Lines of the log so far. */
  readonly log: string[]
  /** Moves the clock. */
  wait(ms: number): void
  /** Sends a request with the key; `body` as JSON, or as it is where it is text or bytes. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** The JSON of an answer that is 200. */
  get<T = Record<string, unknown>>(path: string): Promise<T>
  /** Sends a batch of any protocol and hands out the JSON of an answer that is 200. */
  sync<T = Record<string, unknown>>(body: unknown): Promise<T>
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'claudeforge-server-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function aServer(options: Partial<AppOptions> = {}): Promise<TestServer> {
  const ledger = await openServerLedger((await testDatabase()) ?? join(tempFolder(), 'usage.db'))
  onTestFinished(() => ledger.close().catch(() => undefined))
  let time = TEST_NOW
  const log: string[] = []
  const all: AppOptions = {
    db: ledger.db,
    now: () => time,
    tz: 'UTC',
    version: '1.2.3',
    server_id: 'server-1',
    log: createLog({ write: (line) => log.push(line) }, () => time),
    randomBytes: countingBytes(),
    api_key: TEST_KEY,
    ...options,
  }
  const app = createApp(all)
  const request: TestServer['request'] = async (method, path, body, headers = {}) =>
    app.request(path, {
      method,
      headers: { [KEY_HEADER]: TEST_KEY, ...headers },
      ...(body === undefined ? {} : { body: isRaw(body) ? (body as string) : JSON.stringify(body) }),
    })
  const answer = async (response: Response) => {
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    return response.json() as never
  }
  return {
    app,
    options: all,
    log,
    wait: (ms) => {
      time += ms
    },
    request,
    get: async (path) => answer(await request('GET', path)),
    sync: async (body) => answer(await request('POST', '/v1/sync', body)),
  }
}

function isRaw(body: unknown): boolean {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
}

/** A key of this kind, of the server's owner unless another is named. */
export async function aKey({ options }: TestServer, kind: KeyKind, more: Partial<NewKey> = {}): Promise<string> {
  const { db, randomBytes, now } = options
  const wanted = { kind, owner: ONLY_OWNER, label: kind, ...more }
  return (await makeKey(db, wanted, { randomBytes, now: now() })).key
}

/** Bytes that are never the same twice, and the same in every run. */
export function countingBytes(): (count: number) => Uint8Array {
  let next = 0
  return (count) => Uint8Array.from({ length: count }, () => (next = (next * 31 + 17) % 251))
}

/** An event; only what matters is stated. */
export function anEvent(parts: Partial<UsageEvent> = {}): UsageEvent {
  return {
    id: 'A'.repeat(22),
    kind: 'response',
    occurred_at: TEST_NOW - 3_600_000,
    source: 'claude-code',
    account: '',
    machine: 'machine-1',
    session: 'session-1',
    project: 'project-1',
    model: 'claude-opus-4-8',
    variant: '',
    seen_as: 'main',
    client_version: '2.1.70',
    input_tokens: 3,
    output_tokens: 700,
    cache_read_tokens: 20_000,
    cache_write_5m_tokens: 100,
    cache_write_1h_tokens: 50,
    tool_calls: 1,
    web_searches: 0,
    ...parts,
  }
}

/** An id for the nth event. */
export function eventId(n: number): string {
  return `event-${n}`.padEnd(22, '_')
}

/** A batch of protocol 2 with these events, the first after position `after`. */
export function aBatch(events: readonly UsageEvent[], { after = 0, ...parts }: Record<string, unknown> = {}) {
  return {
    protocol_version: 2,
    machine: { id: 'machine-1', hostname: 'studio' },
    ledger: 'ledger-1',
    after,
    up_to: (after as number) + events.length,
    events: encodeEvents(events),
    ...parts,
  }
}
