import { createReadStream, existsSync, mkdirSync, renameSync, createWriteStream } from 'node:fs'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { encodeEvents } from '../api/event-table.ts'
import type { UsageEvent } from '../core/usage-event.ts'
import { anEvent } from '../test/support/events.ts'
import { cacheFolder } from './corpora.ts'

/** What four machines send at once: batches of 1,000 events, compressed before anything is timed. */

export const CLIENTS = 4
const PER_BATCH = 1000
const PER_SESSION = 60
const MODELS = ['claude-opus-5', 'claude-sonnet-5-5', 'claude-opus-4-8']

/** How long one batch took, from the request to its acknowledgement. */
export interface Sent {
  readonly ms: number
  readonly ended: number
}

/** The batches of a client, in a file: each behind its length. Made once. */
async function batchesOf(client: number, batches: number): Promise<string> {
  const folder = cacheFolder('ingest')
  const path = join(folder, `client-${client}-of-${batches}.bin`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const file = createWriteStream(`${path}.making`)
  for (let batch = 0; batch < batches; batch++) {
    const body = gzipSync(bodyOf(client, batch), { level: 1 })
    const length = Buffer.alloc(4)
    length.writeUInt32LE(body.length)
    if (!file.write(Buffer.concat([length, body]))) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
  renameSync(`${path}.making`, path)
  return path
}

function bodyOf(client: number, batch: number): string {
  const machine = `machine-${client}`
  const first = batch * PER_BATCH
  const events = Array.from({ length: PER_BATCH }, (_, i) => eventOf(client, machine, first + i))
  return JSON.stringify({
    protocol_version: 2,
    machine: { id: machine, hostname: `host-${client}` },
    ledger: `ledger-${client}`,
    after: first,
    up_to: first + PER_BATCH,
    events: encodeEvents(events),
    projects: [...new Set(events.map(({ project }) => project))].map((project) => ({ project, label: project })),
    coverage: [],
  })
}

/** A year of sessions of sixty responses, some minutes apart. */
function eventOf(client: number, machine: string, n: number): UsageEvent {
  const session = Math.floor(n / PER_SESSION)
  const at = (session * 6151 + client) % 525_600
  return anEvent({
    id: hash('sha256', `${client} ${n}`, 'base64url').slice(0, 22),
    occurred_at:
      Date.parse('2025-11-22T00:00:00Z') +
      Math.floor(session / 40) * 86_400_000 * 0.25 +
      at +
      (n % PER_SESSION) * 40_000,
    machine,
    session: `session-${client}-${session}`,
    project: `project-${session % 40}`,
    model: MODELS[n % 8 === 0 ? 1 : 0] as string,
    seen_as: n % 5 === 0 ? 'sidechain' : 'main',
    input_tokens: n % 20,
    output_tokens: 20 + ((n * 7919) % 2000),
    cache_read_tokens: (n * 104_729) % 90_000,
    cache_write_1h_tokens: (n * 613) % 8000,
    tool_calls: n % 3,
  })
}

/** Sends so many events from four clients, each its batches one after another. Throws where one is not taken. */
export async function sendAll(url: string, keys: readonly string[], events: number): Promise<Sent[]> {
  const batches = Math.ceil(events / PER_BATCH / CLIENTS)
  const files = await Promise.all(Array.from({ length: CLIENTS }, (_, client) => batchesOf(client, batches)))
  const sent: Sent[] = []
  await Promise.all(files.map((file, client) => sendFile(url, keys[client] as string, file, sent)))
  return sent
}

async function sendFile(url: string, key: string, file: string, sent: Sent[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for await (const body of bodiesIn(file)) {
    const started = performance.now()
    await post(`${url}/v1/sync`, key, body, agent)
    const ended = performance.now()
    sent.push({ ms: ended - started, ended })
  }
  agent.destroy()
}

async function* bodiesIn(file: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    rest = Buffer.concat([rest, chunk as Buffer])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0)
      yield rest.subarray(4, end)
      rest = rest.subarray(end)
    }
  }
}

async function post(url: string, key: string, body: Buffer, agent: Agent): Promise<void> {
  const headers = {
    'X-API-Key': key,
    'Content-Type': 'application/json',
    'Content-Encoding': 'gzip',
    'Content-Length': body.length,
  }
  const sending = request(url, { method: 'POST', headers, agent })
  sending.end(body)
  const [answer] = (await once(sending, 'response')) as [NodeJS.ReadableStream & { statusCode: number }]
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`)
}
