import { once } from 'node:events'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { TOOLS } from '../client/mcp/tools.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { nobody } from './support/nobody.ts'
import { PROGRAM, runForge, startForge } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer, TEST_KEY } from './support/server.ts'

/** `forge mcp` with the official client, as Claude Code starts it. */

async function connected(env: Record<string, string> = {}, home = tempFolder()) {
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow({ timestamp: '2026-11-20T10:00:00Z' })))
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: { PATH: process.env['PATH'] ?? '', HOME: home, TZ: 'UTC', ...env },
    stderr: 'pipe',
  })
  let errors = ''
  transport.stderr?.on('data', (text: Buffer) => (errors += String(text)))
  await client.connect(transport)
  onTestFinished(() => client.close())
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const { content, isError, structuredContent } = await client.callTool({ name, arguments: args })
    const [{ text = '' } = {}] = content as { text?: string }[]
    return { text, isError: isError === true, structuredContent: structuredContent as Record<string, unknown> }
  }
  return { client, call, errors: () => errors }
}

const november = { from: '2026-11-01', to: '2026-11-30' }

describe('forge mcp', () => {
  test('lists its tools, each read-only and with what it takes', async () => {
    const { client, errors } = await connected()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(TOOLS))
    for (const tool of tools) {
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(tool.description).toMatch(/not a bill/)
    }
    expect(errors()).toBe('')
  })

  test('answers of this machine without a server', async () => {
    const { call } = await connected()
    const { structuredContent, text } = await call('totals', november)
    expect(structuredContent).toMatchObject({ source: 'this machine', output_tokens: 100 })
    expect(JSON.parse(text)).toEqual(structuredContent)
    for (const name of Object.keys(TOOLS)) expect([name, (await call(name)).isError]).toEqual([name, false])
  })

  test('answers several questions that come at once', async () => {
    const server = await startServer(tempFolder())
    const { call } = await connected({ FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key })
    const names = Object.keys(TOOLS)
    const answers = await Promise.all(names.map((name) => call(name)))
    expect(answers.map(({ isError, text }, i) => [names[i], isError ? text : 'answered'])).toEqual(
      names.map((name) => [name, 'answered']),
    )
  })

  test('answers of all machines with one, and sends what is new first', async () => {
    const server = await startServer(tempFolder())
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key }
    await connected(env).then(({ call }) => call('totals'))
    const { call } = await connected(env)
    const { structuredContent } = await call('usage', { ...november, by: 'machine', every: 'month' })
    expect(structuredContent).toMatchObject({ source: 'server', rows: [{ output_tokens: 100 }] })
  })

  test('says so where the server is away, and answers of this machine', async () => {
    const { call } = await connected({ FORGE_SERVER_URL: await nobody(), FORGE_API_KEY: TEST_KEY })
    expect((await call('totals', november)).structuredContent).toMatchObject({
      source: 'this machine, since the server is not reachable',
      output_tokens: 100,
    })
  })

  test('tells the model what is wrong with its question, and goes on', async () => {
    const { call } = await connected()
    expect(await call('usage', { by: 'colour' })).toMatchObject({ isError: true, text: expect.stringContaining('by') })
    expect(await call('totals', { from: 'yesterday' })).toMatchObject({ isError: true })
    expect(await call('rm -rf', {})).toMatchObject({ isError: true, text: 'There is no tool rm -rf.' })
    expect(await call('sessions', { limit: 1000 })).toMatchObject({ isError: false })
    expect((await call('totals', november)).structuredContent).toMatchObject({ output_tokens: 100 })
  })

  test('ends when its input does, and has answered what was asked by then', async () => {
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
    const messages = [
      { id: 1, method: 'initialize', params: hello },
      { method: 'notifications/initialized' },
      ...[2, 3].map((id) => ({ id, method: 'tools/call', params: { name: 'totals', arguments: {} } })),
    ]
    const input = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('')
    const child = startForge(['mcp'], { home: tempFolder() }, input)
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (more) => (text += more))
    const [ended] = (await once(child, 'close')) as [number]
    const answers = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([ended, answers.map(({ id, result }) => [id, result?.isError ?? false])]).toEqual([
      0,
      [1, 2, 3].map((id) => [id, false]),
    ])

    const { code, stdout, stderr } = await runForge(['mcp'], { home: tempFolder() })
    expect([code, stdout, stderr]).toEqual([0, '', ''])
  })
})
