import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleScan } from './bundled-scan.ts'
import { generatedHome } from './corpora.ts'
import { type Figures, measure, ratio, type Timed } from './measure.ts'
import type { Peers } from './peers.ts'

/** Reading transcripts, beside the programs that read them too: cold and warm, whole processes in turn. */

interface Measured {
  readonly figures: readonly Figures[]
  readonly ratios: readonly string[]
}

/** Everything of a home, nothing read before: the scan alone, and from nothing to the report with the ledger written. */
export async function measureCold(
  forge: readonly string[],
  size: string,
  peers: Peers,
  rounds: number,
): Promise<Measured> {
  const home = generatedHome(size)
  const alone: Timed = {
    name: `${size}: scan alone (read, parse, merge, add up)`,
    command: [process.execPath, await bundleScan(), home],
  }
  const whole: Timed = {
    name: `${size}: forge tokens --local, ledger written`,
    command: [...forge, 'tokens', '--local', '--json', '--since', '2026-08-01'],
    env: { HOME: home },
    prepare: () => rmSync(join(home, '.claudeforge'), { recursive: true, force: true }),
  }
  const others = [
    ccusage(peers, home, `${size}: ccusage 20 native, daily`),
    ccusageLauncher(peers, home, `${size}: ccusage 20 as npm installs it, daily`),
    tokscale(peers, home, { name: `${size}: tokscale 4, cold`, isCold: true }),
  ]
  return withRatios([alone, whole], others, rounds)
}

/** Nothing new since the last run. */
export function measureWarm(forge: readonly string[], home: string, peers: Peers, rounds: number): Measured {
  const ours: Timed = {
    name: 'forge tokens --local, nothing new',
    command: [...forge, 'tokens', '--local', '--json', '-d', '30'],
    env: { HOME: home },
  }
  const others = [
    ccusage(peers, home, 'ccusage 20 native, daily'),
    tokscale(peers, home, { name: 'tokscale 4, warm', isCold: false }),
  ]
  return withRatios([ours], others, rounds)
}

function withRatios(ours: readonly Timed[], peers: readonly (Timed | undefined)[], rounds: number): Measured {
  const figures = measure([...ours, ...peers.filter((peer) => peer !== undefined)], rounds)
  const [mine, theirs] = [figures.slice(0, ours.length), figures.slice(ours.length)]
  return { figures, ratios: mine.flatMap((one) => theirs.map((other) => ratio(one, other))) }
}

function ccusage({ ccusage: program }: Peers, home: string, name: string): Timed | undefined {
  if (program === undefined) return undefined
  return { name, command: [program, 'claude', 'daily', '--json', '--offline'], env: { HOME: home } }
}

function ccusageLauncher({ ccusage_launcher: program }: Peers, home: string, name: string): Timed | undefined {
  if (program === undefined) return undefined
  return { name, command: [process.execPath, program, 'claude', 'daily', '--json', '--offline'], env: { HOME: home } }
}

/** Without the variable it asks the network for prices first. */
function tokscale(
  { tokscale: program }: Peers,
  home: string,
  { name, isCold }: { readonly name: string; readonly isCold: boolean },
): Timed | undefined {
  if (program === undefined) return undefined
  const cache = join(home, '.config', 'tokscale')
  return {
    name,
    command: [program, 'graph', '-c', 'claude', '--no-spinner'],
    env: { HOME: home, TOKSCALE_PRICING_CACHE_ONLY: '1', NO_COLOR: '1' },
    ...(isCold ? { prepare: () => rmSync(cache, { recursive: true, force: true }) } : {}),
  }
}
