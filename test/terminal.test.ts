import { join } from 'node:path'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { compactCount } from '../core/format.ts'
import { totalTokens } from '../core/tokens.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { runForge } from './support/program.ts'
import { readTranscript } from './support/reading.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { hasTmux, openTerminal } from './support/tmux.ts'

/** The real program in a real terminal (tmux). What each screen says is in screens.test.ts. */

/** What a terminal of that width shows after a command. */
async function screenOf(args: readonly string[], { home, width }: { home: string; width: number }): Promise<string[]> {
  const screen = await openTerminal(args, { home, columns: width, rows: 40, env: { NO_COLOR: '1' } }).until(/--ended/)
  return screen.slice(0, screen.indexOf('--ended with 0--'))
}

function homeWithUsage(): { home: string; total: number } {
  const home = tempFolder()
  const models = [
    'claude-opus-4-5-20251101',
    'claude-sonnet-4-5-20250929',
    'claude-haiku-4-5-20251001',
    'glm-4.7',
    'a/model/with-a-very-long-name-日本語',
  ]
  const rows = Array.from({ length: 60 }, (_, i) =>
    anAssistantRow({
      id: `msg_01ABCDEFGHJKLMNPQ${String(i).padStart(6, '0')}`,
      model: models[i % models.length] as string,
      output: 1000 * i,
      usage: { cache_read_input_tokens: 37_000 * (i + 1) },
      timestamp: `2026-11-${String(16 + (i % 6)).padStart(2, '0')}T10:00:00.000Z`,
    }),
  )
  const path = writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  const total = readTranscript(path).sightings.reduce((sum, sighting) => sum + totalTokens(sighting), 0)
  return { home, total }
}

describe.runIf(hasTmux)('forge tokens in a terminal', () => {
  test.each([60, 80, 120])('of %d columns fits, and no number is cut', async (width) => {
    const { home, total } = homeWithUsage()
    const screen = await screenOf(['tokens', '--since', '2026-11-16', '--until', '2026-11-22'], { home, width })
    // A line that is too wide would be folded into two, of which the first is full.
    for (const line of screen) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    expect(screen[0]).toMatch(/^Tokens per day · 16–22 Nov · this machine +UTC$/)
    expect(screen.filter((line) => /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d Nov /.test(line))).toHaveLength(7)
    expect(screen.find((line) => line.startsWith('Total'))).toContain(compactCount(total))
    const full = await runForge(['tokens', '--since', '2026-11-16', '--until', '2026-11-22', '--json'], { home })
    expect(JSON.parse(full.stdout)).toMatchObject({ totals: { total_tokens: total } })
  })
})

if (!hasTmux) test('screens in a terminal', (context) => context.skip('tmux is not installed'))
