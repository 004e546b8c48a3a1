import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { anAssistantRow, aPromptRow, lines } from '../test/support/rows.ts'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { testSurroundings } from '../test/support/surroundings.ts'
import { openMachineLedger } from '../store/open.ts'
import { localReports } from './answer-from.ts'
import { collect } from './collect.ts'
import { collectNotes } from './collect-notes.ts'
import { ledgerPath } from './config.ts'

async function atHome(home = tempFolder()) {
  const surroundings = testSurroundings({ home })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  onTestFinished(() => ledger.close())
  const reports = await localReports(ledger, surroundings)
  return {
    home,
    ledger,
    project: join(home, '.claude/projects/p'),
    run: (full = false) => collect(ledger, surroundings, { hostname: 'studio', full }),
    outputs: async () => (await reports.totals({})).output_tokens,
    reports,
  }
}

const row = (n: number, output: number, more = {}) =>
  anAssistantRow({ id: `msg_01ABCDEFGHJKLMNPQRS${n}`, output, ...more })

describe('collecting', () => {
  test('reads what is new, and nothing twice', async () => {
    const { project, run, outputs, reports } = await atHome()
    const path = writeFile(join(project, 'a.jsonl'), lines(aPromptRow('hello'), row(1, 10), row(2, 20)))
    expect(await run()).toMatchObject({ files: 1, files_read: 1, added: 3, problems: [] })
    expect(await run()).toMatchObject({ files: 1, files_read: 0, added: 0 })
    appendFileSync(path, lines(row(2, 25), row(3, 30)))
    expect(await run()).toMatchObject({ files_read: 1, added: 1, grown: 1 })
    expect(await outputs()).toBe(65)
    expect(await run(true)).toMatchObject({ files_read: 1, added: 0, grown: 0 })
    expect((await reports.daily({})).days).toMatchObject([{ date: '2026-11-20', message_count: 4, session_count: 1 }])
  })

  test('keeps what was read when the files are gone', async () => {
    const { home, project, run, outputs } = await atHome()
    writeFile(join(project, 'a.jsonl'), lines(row(1, 10)))
    await run()
    rmSync(join(home, '.claude'), { recursive: true })
    expect(await run()).toMatchObject({ files: 0, problems: [] })
    expect(await outputs()).toBe(10)
    writeFile(join(project, 'a.jsonl'), lines(row(1, 10), row(2, 5)))
    expect(await run()).toMatchObject({ added: 1 })
  })

  test('is not held up by files that are empty, foreign, half-written, padded, nested or no files at all', async () => {
    const { project, run, outputs } = await atHome()
    writeFile(join(project, '1-good.jsonl'), lines(row(1, 10)))
    writeFile(join(project, '2-empty.jsonl'), '')
    writeFile(join(project, '3-foreign.jsonl'), '<?xml version="1.0"?>\n"usage"\n')
    writeFile(join(project, '4-half.jsonl'), lines(row(2, 20)) + JSON.stringify(row(3, 30)).slice(0, 200))
    writeFile(join(project, '5-nul.jsonl'), `${'\0'.repeat(9000)}\n${lines(row(4, 40))}`)
    writeFile(join(project, '6-merge.jsonl'), `<<<<<<< HEAD\n${lines(row(5, 50))}=======\n>>>>>>> x\n`)
    writeFile(join(project, '7-nested.jsonl'), `${'{"usage":'.repeat(100_000)}\n${lines(row(6, 60))}`)
    writeFile(join(project, '8-binary.jsonl'), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)))
    mkdirSync(join(project, '9-folder.jsonl'))
    execFileSync('mkfifo', [join(project, '10-pipe.jsonl')])
    writeFile(join(project, '11-good.jsonl'), lines(row(7, 70, { model: '__proto__' })))
    const collected = await run()
    expect(await outputs()).toBe(10 + 20 + 40 + 50 + 60 + 70)
    expect(collected.problems).toEqual([])
    expect(collectNotes(collected)).toEqual([
      '1 damaged line in the transcripts: 0 whole records saved out of them. Nothing else is affected.',
    ])
  })

  test('keeps responses dated in the future, and says so', async () => {
    const { project, run, outputs } = await atHome()
    writeFile(join(project, 'a.jsonl'), lines(row(1, 10, { timestamp: '2031-01-01T00:00:00.000Z' })))
    const collected = await run()
    expect(collectNotes(collected)).toEqual([expect.stringMatching(/^1 response dated in the future/)])
    expect(await outputs()).toBe(10)
  })

  test('names what it could not use', async () => {
    const { project, run } = await atHome()
    writeFile(
      join(project, 'a.jsonl'),
      lines(row(1, -5), { ...row(2, 5), type: 'assistant_v2' }, row(3, 1, { timestamp: 'x' })),
    )
    expect(collectNotes(await run())).toEqual([
      '2 responses left out: their counts are no whole numbers, or they have no time or id.',
      'Rows with usage of an unknown type were not counted: assistant_v2 (1). Update claudeforge.',
    ])
  })

  test('reads stats-cache.json, keeps its last good figures, and refuses what replaces it', async () => {
    const { home, run, reports } = await atHome()
    const path = join(home, '.claude/stats-cache.json')
    const cache = (tokens: number) =>
      JSON.stringify({
        version: 1,
        dailyActivity: [{ date: '2026-01-10', messageCount: 4, sessionCount: 1, toolCallCount: 0 }],
        dailyModelTokens: [{ date: '2026-01-10', tokensByModel: { opus: tokens } }],
        modelUsage: { opus: { inputTokens: 9_000_000, outputTokens: 0 } },
      })
    const estimate = async () => (await reports.totals({})).estimated_tokens
    writeFile(path, cache(5000))
    expect(await run()).toMatchObject({ figures: 3, problems: [] })
    expect(await estimate()).toBe(5000)
    writeFileSync(path, cache(90))
    await run()
    expect(await estimate()).toBe(5000)
    writeFileSync(path, `<<<<<<< HEAD\n${cache(1)}`)
    expect((await run()).problems).toEqual([expect.stringContaining('holds merge markers of git')])
    expect(await estimate()).toBe(5000)
    writeFileSync(path, cache(7000))
    expect((await run()).problems).toEqual([])
    expect(await estimate()).toBe(7000)
  })
})
