import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { statusLineCommand } from '../../client/commands/statusline.ts'
import { syncCommand } from '../../client/commands/sync.ts'
import { tempFolder } from './folders.ts'
import { startServer } from './server.ts'
import { type Captured, capture, testSurroundings, typed } from './surroundings.ts'

const NOW = Date.parse('2026-11-22T18:40:00Z')
const HOUR = 3_600_000

/** Three machines of nobody: when each was last heard of, and what was generated for it. */
const MACHINES = [
  { hostname: 'old-mbp', ago: 19 * 24 * HOUR, seed: 9, end: '2026-11-03' },
  { hostname: 'ci', ago: 3 * HOUR, seed: 26, end: '2026-11-22' },
  { hostname: 'studio', ago: 0, seed: 37, end: '2026-11-22' },
]

/** What Claude Code told a machine of the five-hour window: so many minutes ago, so many percent. */
const TOLD: Readonly<Record<string, readonly (readonly [minutes: number, percent: number])[]>> = {
  ci: [[185, 12]],
  studio: [
    [34, 58],
    [20, 66],
    [2, 78],
  ],
}

function statusLineInput(five_hour: number): string {
  const at = (time: string) => Date.parse(time) / 1000
  return JSON.stringify({
    session_id: 'session-1',
    rate_limits: {
      five_hour: { used_percentage: five_hour, resets_at: at('2026-11-22T20:00:00Z') },
      seven_day: { used_percentage: 41, resets_at: at('2026-11-24T08:00:00Z') },
    },
  })
}

export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
}

type Machine = ReturnType<typeof testSurroundings> & { readonly stdout: Captured; readonly stderr: Captured }

/** A server that three machines have synced to, and one of them at a terminal. The same in every run, but for ids. */
export async function threeMachines(): Promise<(terminal?: Terminal) => Machine> {
  const folder = tempFolder()
  let now = NOW
  const server = await startServer(folder, { now: () => now })
  const machine = (hostname: string, { isTTY = true, columns = 80, env = {} }: Terminal = {}) =>
    testSurroundings({
      home: join(folder, hostname),
      hostname,
      zone: 'Europe/Berlin',
      now: () => now,
      env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, NO_COLOR: '1', LANG: 'C.UTF-8', ...env },
      stdout: capture({ isTTY, columns }),
    })
  for (const { hostname, ago, seed, end } of MACHINES) {
    now = NOW - ago
    generate(join(folder, hostname), seed, end)
    for (const [minutes, five_hour] of TOLD[hostname] ?? []) {
      now = NOW - minutes * 60_000
      await statusLineCommand(
        {},
        { ...machine(hostname), stdin: typed([statusLineInput(five_hour)], { isTTY: false }) },
      )
    }
    now = NOW - ago
    const code = await syncCommand({ quiet: true }, machine(hostname))
    if (code !== 0) throw new Error(`${hostname}: sync ended with ${code}`)
  }
  return (terminal) => machine('studio', terminal)
}

function generate(home: string, seed: number, end: string): void {
  const generator = join(import.meta.dirname, '../../bench/generate-transcripts.mjs')
  const options = ['--size', '15MB', '--days', '14', '--seed', String(seed), '--end', end, '--quiet']
  execFileSync(process.execPath, [generator, '--out', home, ...options])
}
