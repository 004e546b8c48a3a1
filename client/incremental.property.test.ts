import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anAssistantRow, lines } from '../test/support/rows.ts'
import { tempFolder } from '../test/support/folders.ts'
import { testSurroundings } from '../test/support/surroundings.ts'
import { eventId } from '../sources/claude-code/event-id.ts'
import { eventsById } from '../store/events.ts'
import { openMachineLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { collect } from './collect.ts'

/** What happens to transcripts between two runs. Files and folders are few, so that things meet. */
type Change =
  | { readonly does: 'append' | 'tear' | 'rewrite' | 'replace' | 'truncate' | 'delete'; readonly file: number }
  | { readonly does: 'move'; readonly file: number; readonly to: number }
  | { readonly does: 'delete-folder' | 'run' | 'run-full'; readonly file: number }

const FILES = ['a/1.jsonl', 'a/2.jsonl', 'a/s/subagents/agent-1.jsonl', 'a/s/subagents/w/agent-2.jsonl', 'b/3.jsonl']

const file = fc.nat(FILES.length - 1)
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('append' as const), file }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom('tear', 'rewrite', 'replace', 'truncate', 'delete', 'delete-folder', 'run-full'),
      file,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('move' as const), file, to: file }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('run' as const), file }) },
)

/** Transcripts that change, and what a reader must have seen of them. */
class Transcripts {
  readonly #root: string
  readonly #torn = new Map<string, string>()
  #count = 0
  #time = Date.parse('2026-11-01T00:00:00Z')
  /** Ids of every response of which a whole line stood in a file during a run. */
  readonly seen = new Set<string>()

  constructor(home: string) {
    this.#root = join(home, '.claude/projects')
    mkdirSync(this.#root, { recursive: true })
  }

  apply(does: Exclude<Change['does'], 'run' | 'run-full'>, place: number, to: number): void {
    const path = join(this.#root, FILES[place] as string)
    mkdirSync(dirname(path), { recursive: true })
    switch (does) {
      case 'append':
        appendFileSync(path, (this.#torn.get(path) ?? '') + this.#row() + this.#row())
        this.#torn.delete(path)
        break
      case 'tear': {
        const row = this.#row()
        appendFileSync(path, (this.#torn.get(path) ?? '') + row.slice(0, 300))
        this.#torn.set(path, row.slice(300))
        break
      }
      case 'rewrite':
        this.#rewrite(path)
        break
      case 'replace':
        writeFileSync(`${path}.new`, this.#row() + this.#row())
        renameSync(`${path}.new`, path)
        this.#torn.delete(path)
        break
      case 'truncate':
        if (existsSync(path)) truncateSync(path, Math.floor(statSync(path).size / 2))
        this.#torn.set(path, '\n')
        break
      case 'delete':
        rmSync(path, { force: true })
        this.#torn.delete(path)
        break
      case 'delete-folder':
        rmSync(dirname(path), { recursive: true })
        this.#torn.clear()
        break
      case 'move': {
        const target = join(this.#root, FILES[to] as string)
        mkdirSync(dirname(target), { recursive: true })
        if (existsSync(path)) renameSync(path, target)
        this.#torn.clear()
      }
    }
    this.#touch()
  }

  /** Notes what a run that starts now has to find. */
  look(): void {
    for (const entry of readdirSync(this.#root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
      for (const line of text.split('\n').slice(0, -1)) {
        const id = idOf(line)
        if (id !== undefined) this.seen.add(id)
      }
    }
  }

  #row(): string {
    return lines(anAssistantRow({ id: `msg_01ABCDEFGHJKLMN${String(++this.#count).padStart(8, '0')}` }))
  }

  /** In place and as long as before: the size says nothing, and the inode stays. */
  #rewrite(path: string): void {
    const length = existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 1
    writeFileSync(path, Array.from({ length }, () => this.#row()).join(''), { flag: existsSync(path) ? 'r+' : 'w' })
    this.#torn.set(path, '\n')
  }

  /** File systems count time in steps that are longer than what happens here takes: every change gets a time of its own. */
  #touch(): void {
    this.#time += 1000
    const at = new Date(this.#time)
    for (const entry of readdirSync(this.#root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (statSync(path).mtimeMs > Date.parse('2026-11-24T00:00:00Z') || entry.isDirectory()) utimesSync(path, at, at)
    }
    utimesSync(this.#root, at, at)
  }
}

/** The id in a whole row. */
function idOf(line: string): string | undefined {
  try {
    return (JSON.parse(line) as { message: { id: string } }).message.id
  } catch {
    return undefined
  }
}

test('whatever happens to transcripts between runs, each run finds every whole line, and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 24 }), async (changes) => {
      const home = tempFolder()
      const transcripts = new Transcripts(home)
      // Far ahead, so that no folder counts as changed a moment ago.
      const surroundings = testSurroundings({ home, now: () => 4_000_000_000_000 })
      const ledger = await openMachineLedger(join(home, 'ledger.db'))
      try {
        for (const step of [...changes, { does: 'run', file: 0 } as const]) {
          if (step.does !== 'run' && step.does !== 'run-full') {
            transcripts.apply(step.does, step.file, step.does === 'move' ? step.to : 0)
            continue
          }
          transcripts.look()
          await collect(ledger, surroundings, { hostname: 'studio', full: step.does === 'run-full' })
          const ids = [...transcripts.seen].map((id) => eventId(`message ${id}`))
          const known = await eventsById(ledger.db, ONLY_OWNER, ids)
          expect(ids.filter((id) => !known.has(id))).toEqual([])
        }
      } finally {
        await ledger.close()
        rmSync(home, { recursive: true, force: true })
      }
    }),
    { numRuns: 150 },
  )
})
