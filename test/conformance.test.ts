import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { collect, type Collected } from '../client/collect.ts'
import { ledgerPath } from '../client/config.ts'
import { sync } from '../client/sync.ts'
import type { Reports, UsageRow } from '../core/report-specs.ts'
import { TOKEN_CLASSES } from '../core/tokens.ts'
import { openMachineLedger } from '../store/open.ts'
import { tempFolder } from './support/folders.ts'
import { startServer } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

/** Runs conformance/, whose README describes the cases. */

const folder = new URL('../conformance', import.meta.url).pathname
const names = readdirSync(folder, { withFileTypes: true })
  .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  .toSorted()

interface Case {
  readonly pitfalls: readonly number[]
  readonly why: string
  readonly tz: string
  readonly machines: Readonly<Record<string, readonly string[]>>
  readonly expected: {
    readonly rows: readonly Record<string, unknown>[]
    readonly understated_count?: number
    readonly unknown_types?: Record<string, number>
    readonly future_rows?: number
    readonly unpriced_models?: readonly string[]
    readonly machine_count?: number
    readonly project_count?: number
    readonly projects?: readonly string[]
    readonly estimated_tokens?: number
  }
}

function caseOf(name: string): Case {
  return JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as Case
}

function rowOf(row: UsageRow): Record<string, unknown> {
  const tokens = Object.fromEntries(TOKEN_CLASSES.map((name) => [name, row[name]]))
  return { date: row.date, model: row.group, ...tokens, cost_usd: row.cost_usd }
}

/** Two of one name are told apart by an ending here, which is no part of the name. */
async function projectNames(reports: Reports, range: { from: string; to: string }): Promise<string[]> {
  const { projects } = await reports.projects(range)
  return projects.map(({ project }) => project.replace(/~.{4}$/, '')).toSorted()
}

/** Reads the homes of a machine one after another, and sends what it found each time. */
async function readHomes(
  name: string,
  homes: readonly string[],
  { of, server }: { of: string; server: Awaited<ReturnType<typeof startServer>> },
): Promise<Collected[]> {
  const home = tempFolder()
  const hostname = name.split('#')[0] as string
  const surroundings = testSurroundings({ home, hostname, now: () => Date.parse('2026-11-23T12:00:00Z') })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  onTestFinished(() => ledger.close())
  const collected: Collected[] = []
  for (const step of homes) {
    for (const root of ['.claude', '.config']) {
      rmSync(join(home, root), { recursive: true, force: true })
      const given = join(folder, of, step, root)
      if (existsSync(given)) cpSync(given, join(home, root), { recursive: true })
    }
    collected.push(await collect(ledger, surroundings, { hostname }))
    const settings = { hostname, project_names: 'names', project_secret: undefined } as const
    await sync({ ledger, surroundings, settings, server_url: server.url }, server.client)
  }
  return collected
}

test.each(names)('%s', async (of) => {
  const { why, tz, machines, expected } = caseOf(of)
  const server = await startServer(tempFolder())
  const collected: Collected[] = []
  for (const [name, homes] of Object.entries(machines))
    collected.push(...(await readHomes(name, homes, { of, server })))

  const range = { from: '2026-01-01', to: '2030-12-31', tz }
  const { reports } = server.client
  const { rows, unpriced_models } = await reports.usage({ ...range, by: 'model' })
  const found = rows.filter((row) => row.total_tokens > 0).map(rowOf)
  const order = ({ date, model }: Record<string, unknown>) => `${String(date)} ${String(model)}`
  found.sort((a, b) => (order(a) < order(b) ? -1 : 1))
  const about: Record<string, unknown> = { rows: found }
  const totals = await reports.totals({ ...range })
  if (expected.understated_count !== undefined) about['understated_count'] = totals.understated_count
  if (expected.estimated_tokens !== undefined) about['estimated_tokens'] = totals.estimated_tokens
  if (expected.machine_count !== undefined) about['machine_count'] = totals.machine_count
  if (expected.unpriced_models !== undefined) about['unpriced_models'] = unpriced_models
  if (expected.project_count !== undefined) about['project_count'] = (await reports.projects(range)).projects.length
  if (expected.projects !== undefined) about['projects'] = await projectNames(reports, range)
  if (expected.unknown_types !== undefined) about['unknown_types'] = collected[0]?.tally.unknown_types
  if (expected.future_rows !== undefined) about['future_rows'] = collected[0]?.tally.future_rows
  expect(about, why).toEqual(expected)
})

test('the table of pitfalls names the cases of each, or why it has none', () => {
  const rows = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| (\d+) \| .+? \| (.+) \|$/gm)
  const told = [...rows].map(([, number, cases = '']) => {
    const named = cases.startsWith('none: ') ? [] : cases.split(', ').map((name) => name.replaceAll('`', ''))
    return [Number(number), named]
  })
  const numbers = Array.from({ length: 38 }, (_, i) => i + 1)
  expect(told).toEqual(numbers.map((number) => [number, names.filter((of) => caseOf(of).pitfalls.includes(number))]))
})

test('every case says why', () => {
  expect(names.length).toBeGreaterThan(40)
  for (const of of names) {
    const { why, pitfalls } = caseOf(of)
    expect(why).toMatch(/^(?:[A-Z]|stats-cache).{20,}\.$/)
    expect(pitfalls.length).toBeGreaterThan(0)
  }
})
