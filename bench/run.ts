import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, getPriority, loadavg } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, fillLedger, generatedHome, homeOfManyFiles } from './corpora.ts'
import { measureAnswers } from './answers.ts'
import { measureHook } from './hook.ts'
import { measureIngest } from './ingest.ts'
import { type Figures, measure, median } from './measure.ts'
import { measureOnboarding } from './onboarding.ts'
import { measurePage } from './page.ts'
import { installPeers, type Peers } from './peers.ts'
import { measureReports } from './reports.ts'
import { measureCold, measureWarm } from './scan.ts'
import { measureStart } from './start.ts'

/**
 * `npm run bench [part …]`: whole processes, in turn with a peer where there is one, as medians and ratios. Writes
 * RESULTS.md. Timing is a matter of this folder, never of a test.
 */

const FORGE = [process.execPath, join(import.meta.dirname, '..', 'dist', 'forge.js')]
const RESULTS = join(import.meta.dirname, 'RESULTS.md')
const KEY = 'a-key-for-the-benchmarks'

interface Part {
  readonly about: string
  readonly figures: readonly Figures[]
  /** What the others are compared with: the first figure is ours, ratios are ours to theirs. */
  readonly ratios: readonly string[]
}

const parts: Readonly<Record<string, (peers: Peers) => Promise<Part> | Part>> = {
  scan,
  'scan-2gb': scanLarge,
  rescan,
  start,
  sync: () => sync(100_000, 3),
  'first-sync': () => sync(1_000_000, 1),
  ingest: () => ingest(1_000_000),
  'ingest-10m': () => ingest(10_000_000),
  reports: () => reports(1_000_000),
  'reports-10m': () => reports(10_000_000),
  answers,
  hook,
  onboarding,
  page,
}

/** They take minutes, and gigabytes: only where they are asked for. */
const LONG = new Set(['scan-2gb', 'ingest-10m', 'reports-10m'])

const wanted = process.argv.slice(2)
const peers = installPeers()
const results: [string, Part][] = []
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 ? !wanted.includes(name) : LONG.has(name)) continue
  process.stderr.write(`${name} …\n`)
  results.push([name, await run(peers)])
}
const sections = new Map(results.map(([name, part]) => [name, section(name, part)]))
process.stdout.write([...sections.values()].join('\n'))
writeFileSync(RESULTS, withSections(readFileSync(RESULTS, 'utf8'), sections))

/** Everything of a home, read for the first time. */
async function scan(peers: Peers): Promise<Part> {
  const small = await measureCold(FORGE, '20MB', peers, 15)
  const middle = await measureCold(FORGE, '300MB', peers, 9)
  return {
    about:
      'Transcripts of which nothing was read before. 20MB: at most 0.8 of ccusage as npm installs it; 300MB: at most 0.40 ' +
      'of ccusage native for the scan, 0.60 with the ledger written',
    figures: [...small.figures, ...middle.figures],
    ratios: [...small.ratios, ...middle.ratios],
  }
}

/** The same of 2 GB, and then again with nothing new. */
async function scanLarge(peers: Peers): Promise<Part> {
  const cold = await measureCold(FORGE, '2GB', peers, 5)
  const warm = measureWarm(FORGE, generatedHome('2GB'), peers, 7)
  return {
    about:
      '2 GB. Cold: at most 0.20 of ccusage native for the scan, 0.40 with the ledger written, 0.12 of tokscale, 150 MiB; ' +
      'then with nothing new: at most 0.05 of ccusage and 0.10 of tokscale',
    figures: [...cold.figures, ...warm.figures],
    ratios: [...cold.ratios, ...warm.ratios],
  }
}

/** Nothing new in many files. */
function rescan(peers: Peers): Part {
  const about = '30,000 files, nothing new since the last run; at most 200 ms'
  return { about, ...measureWarm(FORGE, homeOfManyFiles(30_000), peers, 11) }
}

function start({ ccusage_launcher }: Peers): Part {
  const about = 'From call to end, nothing to read; forge statusline at most 50 ms, the first two ratios at most 0.85'
  return { about, ...measureStart(FORGE, ccusage_launcher) }
}

/** So many events from a full ledger to an empty server on this machine. */
async function sync(events: number, rounds: number): Promise<Part> {
  const home = cacheFolder('home-sync')
  const full = join(cacheFolder('ledgers'), `${events}.db`)
  rmSync(full, { force: true })
  await fillLedger(full, events)
  const text = events.toLocaleString('en-US')
  const figures: Figures[] = []
  const servers: number[] = []
  for (let round = 0; round < rounds; round++) {
    const data = cacheFolder('server-data')
    rmSync(data, { recursive: true, force: true })
    const server = spawn(FORGE[0] as string, [FORGE[1] as string, 'serve', '--port', '0', '--data', data], {
      env: { PATH: process.env['PATH'], HOME: home, FORGE_API_KEY: KEY },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const [line] = (await once(server.stderr, 'data')) as [Buffer]
    const { port } = JSON.parse(line.toString('utf8').split('\n')[0] as string) as { port: number }
    const [figure] = measure(
      [
        {
          name: `forge sync --retry, ${text} events`,
          command: [...FORGE, 'sync', '--retry', '--json'],
          env: { HOME: home, FORGE_API_KEY: KEY, FORGE_SERVER_URL: `http://127.0.0.1:${port}` },
          prepare: () => {
            rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
            cacheFolder('home-sync/.claudeforge')
            copyFileSync(full, join(home, '.claudeforge', 'ledger.db'))
          },
        },
      ],
      1,
    ) as [Figures]
    figures.push(figure)
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
    servers.push(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
    server.kill('SIGTERM')
    await once(server, 'close')
  }
  const times = figures.map((figure) => figure.median_ms).toSorted((a, b) => a - b)
  const client: Figures = {
    name: `forge sync, ${text} events, to a server on this machine`,
    median_ms: median(times),
    min_ms: times[0] as number,
    max_ms: times.at(-1) as number,
    peak_mib: Math.max(...figures.map((figure) => figure.peak_mib ?? 0)),
  }
  const perSecond = Math.round(events / (client.median_ms / 1000)).toLocaleString('en-US')
  const about = `${perSecond} events a second, ${text} in batches of 1,000; the server's peak ${Math.max(...servers).toFixed(0)} MiB`
  return { about, figures: [client], ratios: [] }
}

/** Four clients at once, all checks on. */
async function ingest(events: number): Promise<Part> {
  return { ...(await measureIngest(FORGE, events)), ratios: [] }
}

/** Each report over a year, inside the server. */
async function reports(events: number): Promise<Part> {
  const { figures, of_processor } = await measureReports(events)
  const about = `${events.toLocaleString('en-US')} events of a year, inside the server; requests instead of commands, each after one more event has come`
  return { about, figures, ratios: of_processor }
}

/** One question, asked again and again. */
async function answers(): Promise<Part> {
  return { ...(await measureAnswers()), ratios: [] }
}

/** The dashboard in a browser. */
async function page(): Promise<Part> {
  const measured = await measurePage(FORGE)
  if (measured === undefined) return { about: 'No Chromium here', figures: [], ratios: [] }
  const { events, figures } = measured
  const about = `${events.toLocaleString('en-US')} events in the ledger, on this machine; at most 1000 ms and 16 ms`
  return { about, figures, ratios: [] }
}

/** From nothing to the graph of two machines. */
async function onboarding(): Promise<Part> {
  return measureOnboarding(FORGE)
}

/** From the call of Claude Code's hook to its return. */
async function hook(): Promise<Part> {
  const full = join(cacheFolder('ledgers'), '100000.db')
  if (!existsSync(full)) await fillLedger(full, 100_000)
  const about = '200 calls each, as Claude Code calls them; the hook at most 20 ms (p50) and 50 ms (p99)'
  return { about, ...(await measureHook(FORGE, full)) }
}

/** Medians of the last recorded run, by what was measured. */
function recorded(): ReadonlyMap<string, number> {
  const rows = readFileSync(RESULTS, 'utf8').matchAll(/^\| (.+?) \| (\d+) \| \d+ to \d+ \|/gm)
  return new Map([...rows].map(([, name = '', median]) => [name, Number(median)]))
}

function section(name: string, { about, figures, ratios }: Part): string {
  const before = recorded()
  const since = figures.flatMap(({ name: what, median_ms }) => {
    const last = before.get(what) ?? 0
    return last === 0 ? [] : [`${what} : the last recorded run = ${(median_ms / last).toFixed(2)}`]
  })
  const rows = figures.map(({ name: what, median_ms, min_ms, max_ms, peak_mib }) => {
    const peak = peak_mib === undefined ? '-' : peak_mib.toFixed(0)
    return `| ${what} | ${median_ms.toFixed(0)} | ${min_ms.toFixed(0)} to ${max_ms.toFixed(0)} | ${peak} |`
  })
  const list = [...ratios, ...since].map((ratio) => `- ${ratio}`)
  return [
    `## ${name}`,
    '',
    `${about}.`,
    '',
    made(),
    '',
    '| command | median ms | range ms | peak MiB |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
    ...list,
    ...(list.length > 0 ? [''] : []),
  ].join('\n')
}

/** When, from what and on what a part was measured: parts are recorded one by one. */
function made(): string {
  const [cpu] = cpus()
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const load = loadavg()[0]?.toFixed(1)
  // On a machine that others use a run may go before them (`nice -n -20`), which is no secret.
  const nice = getPriority() === 0 ? '' : `, at nice ${getPriority()}`
  return (
    `${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} x ${cpu?.model ?? 'unknown'}, ` +
    `Node ${process.versions.node}, load ${load} at the end${nice}.`
  )
}

/** The recorded results with these sections in the place of the last ones of their name, in the order of the parts. */
function withSections(before: string, fresh: ReadonlyMap<string, string>): string {
  const [heading = '', ...kept] = before.split(/^(?=## )/m)
  const all = new Map(kept.map((text) => [/^## (\S+)/.exec(text)?.[1] ?? '', text.trimEnd()]))
  for (const [name, text] of fresh) all.set(name, text.trimEnd())
  const inOrder = Object.keys(parts).flatMap((name) => all.get(name) ?? [])
  return `${[heading.trimEnd(), ...inOrder].join('\n\n')}\n`
}
