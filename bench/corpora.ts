import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { UsageEvent } from '../core/usage-event.ts'
import { record } from '../store/ledger.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { openMachineLedger, openServerLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { transfer } from '../store/transfer.ts'
import { anAssistantRow, lines } from '../test/support/rows.ts'
import { type PostgresServer, startPostgres } from '../test/support/postgres-server.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'

/** Homes to measure on, made once and kept in bench/.cache. */

/** Durable, as a database is run: the tests' PostgreSQL does not wait for the disk. */
export const AS_IT_IS_RUN = ['fsync=on', 'full_page_writes=on', 'shared_buffers=512MB', 'max_wal_size=4GB']

const CACHE = join(import.meta.dirname, '.cache')

export function cacheFolder(name: string): string {
  const folder = join(CACHE, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** A home of generated transcripts. */
export function generatedHome(size: string): string {
  const home = cacheFolder(`home-${size}`)
  if (!existsSync(join(home, 'truth.json'))) {
    const generator = join(import.meta.dirname, 'generate-transcripts.mjs')
    execFileSync(process.execPath, [generator, '--out', home, '--size', size, '--seed', '2', '--quiet'])
  }
  return home
}

/** A home of many small transcripts. */
export function homeOfManyFiles(count: number): string {
  const home = cacheFolder(`home-${count}-files`)
  for (let i = 0; i < count; i++) {
    const folder = join(home, '.claude', 'projects', `project-${i % 60}`)
    const path = join(folder, `session-${i}.jsonl`)
    if (existsSync(path)) continue
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, lines(anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQ${String(i).padStart(6, '0')}` })))
  }
  return home
}

/** Fills a machine's ledger with events that no server has. */
export async function fillLedger(path: string, count: number): Promise<void> {
  const ledger = await openMachineLedger(path)
  for (let from = 0; from < count; from += 5000) {
    const events = Array.from({ length: Math.min(5000, count - from) }, (_, i) =>
      anEvent({
        id: eventIdOf(from + i),
        occurred_at: Date.parse('2026-06-01T00:00:00Z') + (from + i) * 120_000,
        session: `session-${Math.floor((from + i) / 90)}`,
        output_tokens: 1 + ((from + i) % 900),
      }),
    )
    await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, events))
  }
  await ledger.close()
}

const MODELS = [
  'claude-opus-5',
  'claude-sonnet-5-5',
  'claude-opus-4-8',
  'claude-haiku-4-5-20251001',
  'claude-opus-5-5',
  'glm-4.7',
]
/** Noon of the day on which the year of {@link yearLedger} ends. */
export const YEAR_ENDS = Date.parse('2026-11-22T12:00:00Z')

/**
 * A server's ledger of so many events over a year: five machines, forty projects, sessions of sixty responses in
 * working hours. Made once; a ledger of an older schema is migrated when it is opened.
 */
export async function yearLedger(count: number): Promise<string> {
  const path = join(cacheFolder('ledgers'), `year-${count}.db`)
  if (existsSync(path)) return path
  const making = `${path}.making`
  for (const ending of ['', '-wal', '-shm']) rmSync(making + ending, { force: true })
  const ledger = await openServerLedger(making)
  const random = randomNumbers(7)
  for (let machine = 0; machine < 5; machine++) {
    const introduction = { id: `machine-${machine}`, hostname: `host-${machine}`, protocol: 2 } as const
    await ledger.db.transaction().execute((tx) => meetMachine(tx, ONLY_OWNER, introduction, YEAR_ENDS))
  }
  const PER_SESSION = 60
  let batch: UsageEvent[] = []
  for (let i = 0; i < count; i += PER_SESSION) {
    batch.push(...aSession(i, Math.min(PER_SESSION, count - i), i / count, random))
    if (batch.length < 10_000 && i + PER_SESSION < count) continue
    await ledger.db.transaction().execute((tx) => record(tx, ONLY_OWNER, batch))
    batch = []
  }
  await ledger.close()
  renameSync(making, path)
  return path
}

/** The same in a PostgreSQL of its own, which is left in the cache; stop it after use. */
export async function yearDatabase(count: number): Promise<PostgresServer> {
  const folder = join(CACHE, `postgres-${count}`)
  const isMade = existsSync(join(folder, 'made'))
  if (!isMade) rmSync(folder, { recursive: true, force: true })
  const server = await startPostgres({ folder, options: AS_IT_IS_RUN })
  if (isMade) return server
  const [from, to] = [await openServerLedger(await yearLedger(count)), await openServerLedger(server.url)]
  await transfer(from, to, () => undefined)
  await sql`analyze`.execute(to.db)
  await Promise.all([from.close(), to.close()])
  writeFileSync(join(folder, 'made'), '')
  return server
}

function aSession(first: number, count: number, share: number, random: (below: number) => number): UsageEvent[] {
  const day = Math.floor(YEAR_ENDS / 86_400_000) - 364 + Math.floor(share * 365)
  const starts = day * 86_400_000 + (7 + random(12)) * 3_600_000 + random(3_600_000)
  const [machine, project, model] = [random(5), random(40), random(10) < 8 ? random(3) : random(MODELS.length)]
  return Array.from({ length: count }, (_, i) =>
    anEvent({
      id: eventIdOf(first + i),
      occurred_at: starts + i * (40_000 + random(60_000)),
      machine: `machine-${machine}`,
      session: `session-${first}`,
      project: `project-${project}`,
      model: MODELS[random(8) === 0 ? 3 : model] as string,
      seen_as: random(5) === 0 ? 'sidechain' : 'main',
      input_tokens: random(20),
      output_tokens: 20 + random(2000),
      cache_read_tokens: random(random(20) === 0 ? 260_000 : 90_000),
      cache_write_1h_tokens: random(8000),
      tool_calls: random(3),
    }),
  )
}

/** Whole numbers below a bound, the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return Math.floor((state / 2_147_483_647) * below)
  }
}
