import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { isDay } from '../../core/day.ts'
import { cleanName } from '../../core/text.ts'
import { activityOf, figureOf, type ImportFile, type MachineDays } from './days.ts'

/** The database of the Python original: days by hostname, all models together. */

const TABLES = ['machines', 'daily_activity', 'daily_usage']

const usage = z.object({
  hostname: z.string(),
  date: z.string().refine(isDay),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_tokens: z.int(),
  cache_creation_tokens: z.int(),
})
const activity = z.object({
  hostname: z.string(),
  date: z.string().refine(isDay),
  message_count: z.int(),
  session_count: z.int(),
  tool_call_count: z.int(),
})

/** Reads it without changing it; undefined for another database. Throws what SQLite throws for none. */
export function readOriginal(path: string): ImportFile | undefined {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    const tables = new Set(
      db
        .prepare(`select name from sqlite_master where type = 'table'`)
        .all()
        .map(({ name }) => name),
    )
    if (!TABLES.every((name) => tables.has(name))) return undefined
    const machines = new Map<string, MachineDays>()
    let odd = 0
    const daysOf = (hostname: string): MachineDays => {
      const name = cleanName(hostname).trim() || 'unknown'
      let days = machines.get(name)
      if (days === undefined) machines.set(name, (days = { hostname: name, figures: [], activity: [] }))
      return days
    }
    for (const row of db.prepare('select * from daily_usage order by hostname, date').iterate()) {
      const parsed = usage.safeParse(row)
      const figure = parsed.success ? figureOf(parsed.data.date, '', parsed.data) : undefined
      if (parsed.success && figure !== undefined) daysOf(parsed.data.hostname).figures.push(figure)
      else if (!parsed.success) odd++
    }
    for (const row of db.prepare('select * from daily_activity order by hostname, date').iterate()) {
      const parsed = activity.safeParse(row)
      const found = parsed.success ? activityOf(parsed.data.date, parsed.data) : undefined
      if (parsed.success && found !== undefined) daysOf(parsed.data.hostname).activity.push(found)
      else if (!parsed.success) odd++
    }
    return {
      kind: 'original',
      machines: [...machines.values()],
      notes: [
        'The original counted each row of a response, so about twice too much.',
        ...(odd > 0 ? [`${odd} rows that are no days are left out.`] : []),
      ],
    }
  } finally {
    db.close()
  }
}
