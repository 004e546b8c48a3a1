import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { record } from '../store/ledger.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { type Ledger, openServerLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { testDatabase } from '../store/testing.ts'
import { transact } from '../store/transact.ts'
import { digestOf } from '../store/transfer.ts'
import { anEvent, eventIdOf } from './support/events.ts'
import { tempFolder } from './support/folders.ts'
import { runForge, startForge } from './support/program.ts'
import { contentOf } from './support/server-data.ts'

const EVENTS = Number(process.env['FORGE_MOVED_EVENTS'] ?? 50_000)
const AT_ONCE = 10_000
const MACHINES = 3

test(
  `${EVENTS} events, moved from SQLite to PostgreSQL and back, killed in the middle each way: all three are the same`,
  { timeout: 900_000 },
  async () => {
    const home = tempFolder()
    const first = join(home, 'first.db')
    const back = join(home, 'back.db')
    const database = (await testDatabase()) as string
    const digest = await fill(first)
    const there = await moveKilledOnce(home, `sqlite:${first}`, database)
    const andBack = await moveKilledOnce(home, database, `sqlite:${back}`)
    for (const moved of [there, andBack]) expect(moved).toMatchObject({ events: EVENTS, digest })
    for (const address of [first, database, back]) expect(await contentOf(address)).toMatchObject({ digest, wrong: 0 })
  },
)

interface Moved {
  readonly events: number
  readonly digest: string
}

/** Moves a ledger by the real program, which is killed when some of the events are there, and then started again. */
async function moveKilledOnce(home: string, from: string, to: string): Promise<Moved> {
  const words = ['migrate', '--from', from, '--to', to, '--json']
  const target = await openServerLedger(to.replace(/^sqlite:/, ''))
  const child = startForge(words, { home })
  const ended = once(child, 'close')
  while (child.exitCode === null && (await lastPlaceIn(target)) < EVENTS / 3) await sleep(2)
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
  expect(await lastPlaceIn(target)).toBeLessThan(EVENTS)
  await target.close()
  const { code, stdout, stderr } = await runForge(words, { home })
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as Moved
}

/** Numbers of events go up without a gap here. */
async function lastPlaceIn({ db }: Ledger): Promise<number> {
  const last = await db.selectFrom('event').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return last?.seq ?? 0
}

/** Makes a server's ledger of some machines' events, a minute apart, and gives its digest. */
async function fill(path: string): Promise<string> {
  const { db, close } = await openServerLedger(path)
  for (let machine = 0; machine < MACHINES; machine++) {
    const introduction = { id: `machine-${machine}`, hostname: `rechner-ü-${machine}`, protocol: 2 } as const
    await transact(db, ONLY_OWNER, (tx) => meetMachine(tx, ONLY_OWNER, introduction, 1))
  }
  for (let from = 0; from < EVENTS; from += AT_ONCE) {
    const events = Array.from({ length: Math.min(AT_ONCE, EVENTS - from) }, (_, i) => eventOf(from + i))
    await transact(db, ONLY_OWNER, (tx) => record(tx, ONLY_OWNER, events))
  }
  const { digest } = await digestOf(db)
  await close()
  return digest
}

function eventOf(n: number) {
  return anEvent({
    id: eventIdOf(n),
    occurred_at: Date.parse('2024-11-01T00:00:00Z') + n * 60_000,
    machine: `machine-${n % MACHINES}`,
    session: `sitzung-ü-${n >> 6}`,
    project: `project-${(n >> 6) % 40}`,
    model: n % 8 === 0 ? 'glm-4.7' : 'claude-opus-4-5-20251101',
    output_tokens: 1 + (n % 900),
  })
}
