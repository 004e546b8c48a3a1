import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { openServerLedger } from '../../store/open.ts'
import { wrongCells } from '../../store/rollup.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { testStore, type TestStore } from '../../store/testing.ts'
import { lossyProxy } from './lossy-proxy.ts'
import { runForge, serveForge, type ServedForge, startForge } from './program.ts'
import { randomNumbers } from './random.ts'
import { anAssistantRow } from './rows.ts'
import { TEST_KEY } from './server.ts'

export interface KillLoopOptions {
  readonly home: string
  readonly server_home: string
  /** How many processes are killed, clients and servers together. */
  readonly kills: number
  readonly seed: number
  /** Proves that the loop can fail: makes the server's ledger forget a batch behind its back. */
  readonly forgetABatch?: boolean
}

export interface KillLoopResult {
  readonly kills: { client: number; server: number }
  readonly lost_acknowledgements: number
  /** Responses in the transcripts, and what became of them on the server. */
  readonly written: number
  readonly lost: number
  readonly doubled: number
  readonly wrong: number
  /** Cells of the server's rollup that are not what its events say. */
  readonly wrong_cells: number
  /** Of the client's file. */
  readonly integrity: string
}

/**
 * Grows transcripts, syncs them through a proxy that loses answers, and kills client and server with SIGKILL at random
 * moments; then lets one sync finish and compares the server's ledger with what was written.
 */
export async function killLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const { home, server_home, kills: wanted, seed } = options
  const random = randomNumbers(seed)
  const transcripts = new Transcripts(join(home, '.claude', 'projects', 'p'), random)
  const store = await testStore(server_home)
  const serverOptions = { home: server_home, env: { FORGE_API_KEY: TEST_KEY, ...store.env } }
  let server: ServedForge = await serveForge(serverOptions)
  const port = Number(new URL(server.url).port)
  const proxy = await lossyProxy(() => server.url)
  const client = { home, env: { FORGE_SERVER_URL: proxy.url, FORGE_API_KEY: TEST_KEY } }
  const kills = { client: 0, server: 0 }
  try {
    while (kills.client + kills.server < wanted) {
      transcripts.grow()
      const syncing = startForge(['sync'], client)
      const ended = new Promise((resolve) => syncing.once('close', resolve))
      await sleep(random(500))
      transcripts.grow()
      if (random(5) === 0) {
        await server.kill('SIGKILL')
        kills.server++
        server = await serveForge(serverOptions, { port })
      }
      if (syncing.exitCode === null && syncing.kill('SIGKILL')) kills.client++
      await ended
    }
    transcripts.finish()
    await untilSynced(client)
    if (options.forgetABatch) {
      await forgetABatch(store)
      await untilSynced(client)
    }
  } finally {
    await proxy.close()
    await server.kill('SIGTERM')
  }
  return {
    kills,
    lost_acknowledgements: proxy.lost.acknowledgements,
    ...(await transcripts.compare(store)),
    integrity: integrityOf(join(home, '.claudeforge', 'ledger.db')),
  }
}

/** The proxy goes on losing answers, so a sync may take some runs; each leaves less to do. */
async function untilSynced(client: Parameters<typeof runForge>[1]): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const { code } = await runForge(['sync'], client)
    if (code === 0) return
  }
  throw new Error('the last sync never came through')
}

/** Files that grow line by line, with rows of one response that grow, torn at any byte. */
class Transcripts {
  readonly #folder: string
  readonly #random: (below: number) => number
  /** The largest output that was written of each response. */
  readonly #written = new Map<number, number>()
  readonly #unfinished = new Map<string, Buffer>()
  #count = 0

  constructor(folder: string, random: (below: number) => number) {
    this.#folder = folder
    this.#random = random
    mkdirSync(folder, { recursive: true })
  }

  grow(): void {
    for (let file = 0; file < 3; file++) {
      const path = join(this.#folder, `session-${file}.jsonl`)
      let text = ''
      for (let rows = 5 + this.#random(60); rows > 0; rows--) text += this.#row(file)
      const bytes = Buffer.concat([this.#unfinished.get(path) ?? Buffer.alloc(0), Buffer.from(text)])
      const cut = bytes.length - this.#random(Math.min(bytes.length, 400))
      appendFileSync(path, bytes.subarray(0, cut))
      this.#unfinished.set(path, bytes.subarray(cut))
    }
  }

  finish(): void {
    for (const [path, rest] of this.#unfinished) appendFileSync(path, rest)
  }

  /** Lines up every response that was written with the rows of a server's ledger. */
  async compare({ address }: TestStore) {
    const { db, close } = await openServerLedger(address)
    // The number of a response is written as its input, so that it is known again behind the hashed id.
    const rows = await db.selectFrom('event').select(['input_tokens as number', 'output_tokens as output']).execute()
    const { wrong: wrong_cells } = await wrongCells(db, ONLY_OWNER)
    await close()
    const times = Map.groupBy(rows, ({ number }) => number)
    const seen = new Map(rows.map(({ number, output }) => [number, output]))
    return {
      written: this.#written.size,
      lost: [...this.#written.keys()].filter((number) => !seen.has(number)).length,
      doubled: [...times.values()].filter((found) => found.length > 1).length,
      wrong: [...this.#written].filter(([number, output]) => seen.has(number) && seen.get(number) !== output).length,
      wrong_cells,
    }
  }

  #row(file: number): string {
    const old = this.#random(4) === 0 && this.#count > 0
    const number = old ? 1 + this.#random(this.#count) : ++this.#count
    const output = Math.max(1 + this.#random(50), (this.#written.get(number) ?? 0) + this.#random(3))
    this.#written.set(number, Math.max(output, this.#written.get(number) ?? 0))
    const id = `msg_01ABCDEFGHJKLMN${String(number).padStart(8, '0')}`
    return `${JSON.stringify(anAssistantRow({ id, output, sessionId: `s${file}`, usage: { input_tokens: number } }))}\n`
  }
}

async function forgetABatch({ address }: TestStore): Promise<void> {
  const { db, close } = await openServerLedger(address)
  const first = await db.selectFrom('event').select('seq').orderBy('seq').limit(40).execute()
  const places = first.map(({ seq }) => seq)
  await db.deleteFrom('event').where('seq', 'in', places).execute()
  await close()
}

function integrityOf(database: string): string {
  const db = new DatabaseSync(database, { readOnly: true })
  const [row] = db.prepare('pragma integrity_check').all()
  db.close()
  return String(row?.['integrity_check'])
}
