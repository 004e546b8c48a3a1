import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'
import type { Server } from '../../api/client.ts'
import { type SyncRequest2, syncRequest2 } from '../../api/contract.ts'
import { Problem } from '../../core/problem.ts'

/** What `forge sync --export` wrote on a machine without a network: the batches that it would have sent, a line each. */

/** How such a file begins. */
const START = '{"protocol_version":2,'

export function isCarried(path: string): boolean {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(START.length)
      return bytes.subarray(0, readSync(file, bytes)).toString('latin1') === START
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

/** What is in such a file, for who decides whether to bring it to the server. */
export interface Carried {
  readonly machine: string
  readonly hostname: string
  readonly batches: number
  readonly records: number
}

/** Reads a whole file, to say what is in it. Throws `invalid-request` for a line that is no batch, before any is sent. */
export async function readCarried(path: string): Promise<Carried> {
  let found: Carried | undefined
  for await (const { batch } of batchesIn(path)) {
    const { machine, events, days } = batch
    const records = events.rows.length + (days?.figures.length ?? 0) + (days?.activity.length ?? 0)
    const { id, hostname } = machine
    if (found !== undefined && found.machine !== id) throw damaged(path, 'holds batches of more than one machine')
    found = {
      machine: id,
      hostname,
      batches: (found?.batches ?? 0) + 1,
      records: (found?.records ?? 0) + records,
    }
  }
  if (found === undefined) throw damaged(path, 'is empty')
  return found
}

/** Brings the batches of a file to a server, as the machine would have; returns how much was new there. */
export async function bringCarried(path: string, server: Pick<Server, 'sync'>, carrier: string): Promise<number> {
  let stored = 0
  for await (const { batch } of batchesIn(path)) {
    stored += (await server.sync(gzipSync(JSON.stringify({ ...batch, carried_by: carrier })))).stored
  }
  return stored
}

async function* batchesIn(path: string): AsyncGenerator<{ batch: SyncRequest2 }> {
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    const parsed = syncRequest2.safeParse(parse(line))
    if (!parsed.success) throw damaged(path, `has no batch in line ${number}`)
    yield { batch: parsed.data }
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function damaged(path: string, what: string): Problem {
  return new Problem('invalid-request', `${path} ${what}.`, {
    hint: 'Was it copied whole? Write it again on that machine: forge sync --export FILE',
  })
}
