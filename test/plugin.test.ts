import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { VERSION } from '../bin/version.ts'
import { pluginShim } from '../client/automatic/shim.ts'
import { ourHooks } from '../client/install/settings-plan.ts'
import { tempFolder } from './support/folders.ts'
import { hookIn, untilRuns } from './support/hooks.ts'
import { PROGRAM } from './support/program.ts'

/** The plugin in integrations/claude-code, by the documented format (code.claude.com/docs/en/plugins-reference). */

const repository = join(import.meta.dirname, '..')
const plugin = join(repository, 'integrations/claude-code')
const read = (path: string) => readFileSync(join(plugin, path), 'utf8')
const json = (path: string): unknown => JSON.parse(read(path))

const kebab = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
const person = z.strictObject({ name: z.string().min(1), email: z.email().optional(), url: z.url().optional() })

const marketplace = z.strictObject({
  name: kebab,
  description: z.string(),
  owner: person,
  plugins: z
    .array(
      z.strictObject({
        name: kebab,
        source: z.string().regex(/^\.\/(?!.*\.\.)/),
        description: z.string(),
        category: z.string(),
      }),
    )
    .min(1),
})

const manifest = z.strictObject({
  name: kebab,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: z.string(),
  author: person,
  license: z.string(),
  keywords: z.array(z.string()),
})

const hooks = z.strictObject({
  description: z.string(),
  hooks: z.record(
    z.enum(['SessionStart', 'Stop', 'SessionEnd']),
    z.array(
      z.strictObject({
        matcher: z.string().optional(),
        hooks: z.array(
          z.strictObject({ type: z.literal('command'), command: z.string(), timeout: z.int().min(1).max(600) }),
        ),
      }),
    ),
  ),
})

const servers = z.strictObject({
  mcpServers: z.record(kebab, z.strictObject({ command: z.string(), args: z.array(z.string()) })),
})

describe('the plugin', () => {
  test('is listed in a marketplace at the root of the repository', () => {
    const { plugins } = marketplace.parse(
      JSON.parse(readFileSync(join(repository, '.claude-plugin/marketplace.json'), 'utf8')),
    )
    expect(plugins.map(({ name, source }) => [name, join(repository, source)])).toEqual([['claudeforge', plugin]])
  })

  test('has a manifest with the version of the program', () => {
    expect(manifest.parse(json('.claude-plugin/plugin.json'))).toMatchObject({ name: 'claudeforge', version: VERSION })
    expect(readdirSync(join(plugin, '.claude-plugin'))).toEqual(['plugin.json'])
  })

  test('has the hooks that forge install would write', () => {
    const events = hooks.parse(json('hooks/hooks.json')).hooks
    const found = Object.entries(events).map(([event, [group]]) => [event, group?.hooks[0]?.timeout])
    const wanted = ourHooks({ home: '/home/ana', platform: 'linux' }).map(({ event, timeout }) => [event, timeout])
    expect(found).toEqual(wanted)
    for (const [event, [group]] of Object.entries(events)) {
      expect(group?.hooks[0]?.command).toBe(`/bin/sh "\${CLAUDE_PLUGIN_ROOT}/scripts/forge-hook" ${event}`)
    }
  })

  test('has the script that the program makes (FORGE_UPDATE_README=1 writes it anew)', () => {
    const path = join(plugin, 'scripts/forge-hook')
    if (process.env['FORGE_UPDATE_README'] === '1') {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, pluginShim())
      chmodSync(path, 0o755)
    }
    expect(read('scripts/forge-hook')).toBe(pluginShim())
  })

  test('has two commands, each with a description, that call what is there', () => {
    expect(readdirSync(join(plugin, 'commands')).toSorted()).toEqual(['limits.md', 'today.md'])
    for (const name of ['today', 'limits']) {
      const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(read(`commands/${name}.md`)) ?? []
      expect(head).toMatch(/^description: .+$/m)
      expect(head).toMatch(/^allowed-tools: Bash\(claudeforge:\*\), Bash\(echo:\*\)$/m)
      expect(body).toContain(`!\`claudeforge ${name} --accessible`)
      const words = /claudeforge (.*?) 2>&1/.exec(body)?.[1]?.split(' ') ?? []
      const env = { PATH: process.env['PATH'], HOME: tempFolder() }
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], { env, encoding: 'utf8' })
      expect([name, status, stderr]).toEqual([name, 0, ''])
    }
  })

  test('starts the MCP server by its script', () => {
    const { mcpServers } = servers.parse(json('.mcp.json'))
    expect(mcpServers).toEqual({
      usage: { command: '/bin/sh', args: ['${CLAUDE_PLUGIN_ROOT}/scripts/forge-hook', '--detached', 'mcp'] },
    })
  })
})

describe('the plugin’s script', () => {
  const script = join(plugin, 'scripts/forge-hook')
  const initialize = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
  })

  /** A home in which npm has installed claudeforge beside a Node of nvm. */
  function homeWithNvm(): string {
    const home = tempFolder()
    const node = join(home, '.nvm/versions/node/v24.0.0')
    mkdirSync(join(node, 'bin'), { recursive: true })
    mkdirSync(join(node, 'lib/node_modules/claudeforge'), { recursive: true })
    symlinkSync(process.execPath, join(node, 'bin/node'))
    writeFileSync(
      join(node, 'lib/node_modules/claudeforge/forge.js'),
      `process.argv[1] = '${PROGRAM}'; import('${PROGRAM}')`,
    )
    return home
  }

  test('finds a claudeforge that npm installed, syncs behind its back, and says nothing', async () => {
    const home = homeWithNvm()
    const env = { HOME: home, PATH: '/nowhere' }
    expect(spawnSync('/bin/sh', [script, 'Stop'], { env, input: '{}', encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    })
    expect(await untilRuns(home, 1)).toMatchObject([{ by: 'Stop' }])
  })

  test('hands over to the one that forge install made, where there is one', async () => {
    const home = tempFolder()
    await hookIn(home)
    spawnSync('/bin/sh', [script, 'SessionEnd'], { env: { HOME: home, PATH: '/nowhere' }, input: '{}' })
    expect(await untilRuns(home, 1)).toMatchObject([{ by: 'SessionEnd' }])
  })

  test('starts an MCP server that answers', () => {
    const env = { HOME: homeWithNvm(), PATH: '/nowhere' }
    const ran = spawnSync('/bin/sh', [script, '--detached', 'mcp'], { env, input: `${initialize}\n`, encoding: 'utf8' })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      id: 1,
      result: { serverInfo: { name: 'claudeforge', version: VERSION } },
    })
  })

  test('ends silently where there is no claudeforge', () => {
    const home = tempFolder()
    const env = { HOME: home, PATH: '/nowhere' }
    const ran = spawnSync('/bin/sh', [script, 'Stop'], { env, input: '{}', encoding: 'utf8' })
    expect([ran.status, ran.stdout, ran.stderr, existsSync(join(home, '.claudeforge'))]).toEqual([0, '', '', false])
  })
})
