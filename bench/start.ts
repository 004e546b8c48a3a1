import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { localDay } from '../core/calendar.ts'
import { writeSmallFile } from '../client/automatic/small-files.ts'
import type { LineFacts } from '../client/line/facts.ts'
import { cacheFolder } from './corpora.ts'
import { type Figures, measure, ratio, type Timed } from './measure.ts'

/** What is asked most often, by people and by programs, with nothing to read; beside it the same of ccusage as npm installs it. */
export function measureStart(
  forge: readonly string[],
  launcher: string | undefined,
): { figures: Figures[]; ratios: string[] } {
  const home = cacheFolder('home-empty')
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const env = { HOME: home }
  const ccusage = (...words: string[]) => [process.execPath, launcher ?? '', ...words]
  const ours: Timed[] = [
    { name: 'forge --version', command: [...forge, '--version'], env },
    { name: 'forge tokens, empty home', command: [...forge, 'tokens', '--local', '--json'], env },
    statusLine(forge),
    { name: 'forge --help', command: [...forge, '--help'], env },
    { name: 'node -e 0', command: [process.execPath, '-e', '0'], env },
  ]
  const theirs: Timed[] = [
    { name: 'ccusage --version, as npm installs it', command: ccusage('--version'), env },
    {
      name: 'ccusage daily, as npm installs it, empty home',
      command: ccusage('claude', 'daily', '--json', '--offline'),
      env,
    },
  ]
  const figures = measure(launcher === undefined ? ours : [...ours, ...theirs], 41)
  const [version, tokens, line, help, node, theirVersion, theirDaily] = figures as [
    Figures,
    Figures,
    Figures,
    Figures,
    Figures,
    Figures?,
    Figures?,
  ]
  const beside = [theirVersion && ratio(version, theirVersion), theirDaily && ratio(tokens, theirDaily)]
  const ratios = [...beside.filter((text) => text !== undefined), ratio(line, node), ratio(help, node)]
  return { figures, ratios }
}

/** The status line of a machine that knows its limits, with an input of Claude Code that tells nothing new. */
function statusLine(forge: readonly string[]): Timed {
  const home = cacheFolder('home-statusline')
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const now = Date.now()
  const resets_at = Math.floor(now / 1000) * 1000 + 3_600_000
  const seen = { account: '', used_percent: 78, seen_at: new Date(now).toISOString(), hostname: 'studio' }
  const facts: LineFacts = {
    at: now,
    tz: 'UTC',
    date: localDay(now, 'UTC'),
    total_tokens: 997_000,
    cost_usd: '2.00',
    machine_count: 3,
    limits: [{ ...seen, window: 'five_hour', resets_at: new Date(resets_at).toISOString() }],
    server_url: null,
  }
  writeSmallFile(join(home, '.claudeforge/automatic/line.json'), facts)
  writeSmallFile(join(home, '.claudeforge/automatic/limits-heard.json'), { s1: { five_hour: `78 ${resets_at}` } })
  const input = {
    session_id: 's1',
    model: { id: 'claude-opus-5' },
    rate_limits: { five_hour: { used_percentage: 78, resets_at: resets_at / 1000 } },
  }
  return {
    name: 'forge statusline',
    command: [...forge, 'statusline'],
    env: { HOME: home },
    input: JSON.stringify(input),
  }
}
