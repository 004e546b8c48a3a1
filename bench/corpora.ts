import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMachineLedger } from '../store/open.ts'
import { record } from '../store/ledger.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anAssistantRow, lines } from '../test/support/rows.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'

/** Homes to measure on, made once and kept in bench/.cache. */

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
