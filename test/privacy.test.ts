import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, onTestFinished, test } from 'vitest'
import { BACKUP_PATH, EXPORT_PATH } from '../api/paths.ts'
import { TOOLS } from '../client/mcp/tools.ts'
import { bytesBelow, homeOfCanaries, markIn, OF_PATHS, STATUS_LINE_INPUT } from './support/canaries.ts'
import { tempFolder } from './support/folders.ts'
import { PROGRAM, type ProgramOptions, runForge, serveForge, startForge } from './support/program.ts'
import { recordingProxy } from './support/recording-proxy.ts'

/**
 * Nothing of a conversation leaves a machine. Every text field of every row shape holds a canary; only the fields that
 * are meant to travel hold something else. Then everything that was sent, stored, logged and shown is searched.
 */

const KEY = 'cf_admin_CANARYKEYCANARYKEYCANARYKEY'

/** Whatever shows anything of what was read. Only `doctor --json` names folders of this machine: its own screen is for its owner. */
const SHOWN = [
  'sync --status',
  'tokens --by project --since 2026-01-01 --json',
  'tokens --by account --since 2026-01-01 --csv',
  'projects --since 2026-01-01 --json',
  'sessions --all --json',
  'machines --json',
  'explain --since 2026-08-01 --until 2026-08-31 --json',
  'explain 2026-08-12',
  'verify',
  'verify --json',
  'limits --json',
  'line --format json',
  'top --once',
  'export',
  'export --local',
  'export --csv',
  'doctor --report',
  'status',
  'log',
]

async function fed(args: readonly string[], input: string, options: ProgramOptions): Promise<string> {
  const child = startForge(args, options, input)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (more) => (text += more))
  await once(child, 'close')
  return text
}

/** What each tool of `forge mcp` answers. */
async function toolAnswers({ home, env }: ProgramOptions): Promise<string> {
  const client = new Client({ name: 'test', version: '1' })
  const place = { PATH: process.env['PATH'] ?? '', HOME: home, TZ: 'UTC', ...env }
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp'], env: place }))
  onTestFinished(() => client.close())
  const answers = []
  for (const name of Object.keys(TOOLS)) answers.push(await client.callTool({ name, arguments: {} }))
  return answers.map((answer) => `${JSON.stringify(answer)}\n`).join('')
}

test(
  'no prompt, answer, code, tool input, path, branch, id or key is in any traffic, database, log, export or answer',
  { timeout: 120_000 },
  async () => {
    const [home, nas] = [tempFolder(), tempFolder()]
    homeOfCanaries(home)
    const server = await serveForge({ home: nas, env: { FORGE_API_KEY: KEY } })
    const proxy = await recordingProxy(server.url)
    const env = { FORGE_SERVER_URL: proxy.url, FORGE_API_KEY: KEY }
    // It reads; the sync after it sends just that.
    const dry = await runForge(['sync', '--dry-run'], { home, env })
    const synced = await runForge(['sync', '--retry', '--json'], { home, env })
    expect(JSON.parse(synced.stdout)).toMatchObject({ rejected: 0 })
    await fed(['statusline', '--record'], STATUS_LINE_INPUT, { home, env })
    const carried = join(home, 'carried')
    expect(await runForge(['sync', '--export', carried], { home, env })).toMatchObject({ code: 0 })
    const shown: [string, string][] = []
    for (const command of SHOWN) {
      const { code, stdout, stderr } = await runForge(command.split(' '), { home, env })
      expect([command, code, stderr]).toEqual([command, 0, expect.anything()])
      expect([command, stdout]).not.toEqual([command, ''])
      shown.push([`forge ${command}`, stdout + stderr])
    }
    shown.push(['forge mcp', await toolAnswers({ home, env })])
    for (const path of [EXPORT_PATH, BACKUP_PATH]) {
      const answer = await fetch(proxy.url + path, { headers: { 'X-API-Key': KEY } })
      expect([path, answer.status]).toEqual([path, 200])
      shown.push([path, Buffer.from(await answer.arrayBuffer()).toString('latin1')])
    }
    const wrong = await runForge(['sync'], { home, env: { ...env, FORGE_API_KEY: `${KEY}x` } })
    expect(wrong.code).toBe(4)
    await server.kill('SIGTERM')

    const traffic = proxy.traffic()
    expect(traffic).toContain('claude-opus-5')
    const text = Object.fromEntries(shown)
    expect(text['forge tokens --by project --since 2026-01-01 --json']).toContain('"shop"')
    expect(text['forge mcp']?.match(/"structuredContent"/g)).toHaveLength(Object.keys(TOOLS).length)
    expect(text['forge limits --json']).toContain('"used_percent":12')
    const places = {
      traffic,
      'dry run': dry.stdout + dry.stderr,
      sync: [synced, wrong].map(({ stdout, stderr }) => stdout + stderr).join(),
      'what is carried': readFileSync(carried, 'latin1'),
      ...text,
      'the server’s log': server.printed(),
      'the server’s data': bytesBelow(join(nas, 'server-data')),
      'this machine’s ledger': bytesBelow(join(home, '.claudeforge')).replaceAll(OF_PATHS, ''),
    }
    for (const [place, found] of Object.entries(places)) expect.soft([place, markIn(found)]).toEqual([place, ''])
    // What a dry run shows is what is sent, to the byte.
    for (const body of dry.stdout.trim().split('\n')) expect(traffic).toContain(body)
  },
)
