import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reports, UsageRow } from '../../core/report-specs.ts'

const GENERATOR = new URL('../../bench/generate-transcripts.mjs', import.meta.url).pathname

interface Counts {
  events: number
  input: number
  output: number
  cacheRead: number
  cache5m: number
  cache1h: number
}

export interface Truth {
  totals: Counts
  byDayModel: Record<string, Record<string, Counts>>
}

/** Makes a Claude home of generated transcripts in `folder`, and returns what is truly in it. */
export function makeCorpus(
  folder: string,
  { seed, size = '30MB', hostile = false }: { seed: number; size?: string; hostile?: boolean },
): Truth {
  const options = [
    '--out',
    folder,
    '--size',
    size,
    '--seed',
    String(seed),
    '--quiet',
    ...(hostile ? ['--hostile'] : []),
  ]
  execFileSync(process.execPath, [GENERATOR, ...options])
  return JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as Truth
}

/** Every day and model with its counts, as one text a cell: to compare whole corpora to the token. */
export function truthCells({ byDayModel }: Truth): string[] {
  return Object.entries(byDayModel)
    .flatMap(([date, models]) => Object.entries(models).map(([model, c]) => cell(date, model, c)))
    .toSorted()
}

/** The same of what reports say. */
export async function reportedCells(reports: Reports): Promise<string[]> {
  const { rows } = await reports.usage({ from: '2026-01-01', to: '2026-12-31', tz: 'UTC', by: 'model' })
  return rows
    .filter((row) => row.total_tokens > 0)
    .map((row: UsageRow) =>
      cell(row.date, row.group, {
        events: row.response_count,
        input: row.input_tokens,
        output: row.output_tokens,
        cacheRead: row.cache_read_tokens,
        cache5m: row.cache_write_5m_tokens,
        cache1h: row.cache_write_1h_tokens,
      }),
    )
    .toSorted()
}

function cell(date: string, model: string, c: Counts): string {
  return `${date} ${model} ${[c.events, c.input, c.output, c.cacheRead, c.cache5m, c.cache1h].join(' ')}`
}
