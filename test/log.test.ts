import { describe, expect, test } from 'vitest'
import { type LoggedRun, logRun } from '../client/automatic/log.ts'
import { logCommand, type LogOptions } from '../client/commands/log.ts'
import { tempFolder } from './support/folders.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

/** `forge log`: what automatic sync did. */

const NOW = Date.parse('2026-11-22T12:30:00Z')
const SENT: LoggedRun = {
  at: '2026-11-22T12:00:05.000Z',
  by: 'SessionStart',
  ms: 312,
  read: { files: 1204, files_read: 3, new: 41 },
  sent: { sent: 41, stored: 41, rejected: 0, bytes: 18_211 },
}
const FAILED: LoggedRun = {
  at: '2026-11-22T12:01:00.000Z',
  by: 'timer',
  ms: 0,
  problem: { code: 'unreachable', message: 'Cannot reach http://nas:8420 (\u001b[31mrefused).' },
}

async function logged(runs: readonly LoggedRun[], options: LogOptions = {}, isTTY = true) {
  const home = tempFolder()
  for (const run of runs) logRun(run, { home })
  const surroundings = testSurroundings({
    home,
    now: () => NOW,
    env: { NO_COLOR: '1', LANG: 'C.UTF-8' },
    stdout: capture({ isTTY, columns: 80 }),
  })
  await logCommand(options, surroundings)
  return { ...surroundings, text: surroundings.stdout.text }
}

describe('forge log', () => {
  test('tells each run in a line, folded where a terminal has no room for it', async () => {
    const { text } = await logged([SENT, FAILED])
    expect(text).toMatchInlineSnapshot(`
      "Sun 22 Nov 12:00:05  SessionStart  read 3 of 1,204 files, 41 new
                                         sent 41, 18.2 KB · 0.3 s
      Sun 22 Nov 12:01:00  timer         ✗ Cannot reach http://nas:8420 ([31mrefused).
      "
    `)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('folds nothing in a pipe, where each line is a run', async () => {
    expect((await logged([SENT, FAILED], {}, false)).text.trimEnd().split('\n')).toHaveLength(2)
  })

  test('tells as many as are asked for, and for programs an object each', async () => {
    const runs = Array.from({ length: 30 }, (_, i) => ({ ...SENT, ms: i }))
    expect((await logged(runs, {}, false)).text.trimEnd().split('\n')).toHaveLength(20)
    const { text } = await logged(runs, { lines: 2, json: true })
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(runs.slice(-2))
  })

  test('says so where nothing has run', async () => {
    const { text, stderr } = await logged([])
    expect([text, stderr.text]).toEqual(['', 'Automatic sync has not run yet. Turn it on: forge install\n'])
  })
})
