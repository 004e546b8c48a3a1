import { describe, expect, test } from 'vitest'
import { KEY_HEADER } from '../api/paths.ts'
import { exportCommand, type ExportOptions } from '../client/commands/export.ts'
import { syncCommand } from '../client/commands/sync.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, aPromptRow, lines } from './support/rows.ts'
import { startServer } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

async function aServerOfTwoMachines() {
  const server = await startServer(tempFolder())
  const machine = (home: string, hostname: string) =>
    testSurroundings({
      home,
      hostname,
      now: () => Date.parse('2026-11-22T12:00:00Z'),
      env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key },
    })
  const homes = { studio: tempFolder(), laptop: tempFolder() }
  for (const [index, [hostname, home]] of Object.entries(homes).entries()) {
    const id = `msg_01ABCDEFGHJKLMNPQRSTU00${index}`
    const rows = [aPromptRow('hello'), anAssistantRow({ id, timestamp: '2026-11-21T10:00:00Z' })]
    writeFile(`${home}/.claude/projects/p/s.jsonl`, lines(...rows))
    expect(await syncCommand({ quiet: true }, machine(home, hostname))).toBe(0)
  }
  return {
    saved: async (query: string) => {
      const answer = await fetch(`${server.url}/v1/export${query}`, { headers: { [KEY_HEADER]: server.key } })
      return { answer, text: await answer.text() }
    },
    printed: async (options: ExportOptions) => {
      const surroundings = machine(homes.studio, 'studio')
      expect(await exportCommand(options, surroundings)).toBe(0)
      return surroundings.stdout.text
    },
  }
}

describe('what a browser saves', () => {
  test('is what `forge export` writes, byte by byte', async () => {
    const { saved, printed } = await aServerOfTwoMachines()
    const ndjson = await saved('')
    expect(ndjson.text).toBe(await printed({}))
    const types = ndjson.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type as string)
    expect(types.filter((type) => type === 'machine')).toHaveLength(2)
    expect(types).toContain('event')
    expect(ndjson.answer.headers.get('Content-Type')).toBe('application/x-ndjson')
    expect(ndjson.answer.headers.get('Content-Disposition')).toBe('attachment; filename="claudeforge.ndjson"')
  })

  test('as CSV is what `forge export --csv` writes', async () => {
    const { saved, printed } = await aServerOfTwoMachines()
    const csv = await saved('?format=csv')
    expect(csv.text).toBe(await printed({ csv: true }))
    expect(csv.text.trim().split('\r\n').length).toBeGreaterThan(2)
    expect(csv.answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect((await saved('?format=xml')).answer.status).toBe(400)
  })
})
