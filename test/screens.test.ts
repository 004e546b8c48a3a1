import { join } from 'node:path'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../bin/commands.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { capture, testSurroundings } from './support/surroundings.ts'
import { type Terminal, threeMachines } from './support/three-machines.ts'

/** Every report in every form, as files in test/screens: `vitest run test/screens -u` writes them anew. To be looked at. */

const REPORTS = [
  'tokens',
  'tokens --by machine --compare',
  'tokens --metric cost --by project',
  'tokens --since 2026-11-21 --every hour',
  'tokens --by version --every week -d 14',
  'tokens -d 180',
  'today',
  'week',
  'month',
  'heatmap',
  'punchcard',
  'punchcard --metric cost -d 10',
  'models',
  'models -d 7 --compare',
  'machines',
  'projects -d 7',
  'sessions --limit 5',
  'blocks -d 2',
  'limits',
  'top --once',
  'explain 2026-11-18',
  'explain opus-4-5',
  'export --since 2026-11-22',
]

const FORMS: readonly [name: string, flags: readonly string[], terminal: Terminal][] = [
  ['60 columns', [], { columns: 60 }],
  ['80 columns', [], { columns: 80 }],
  ['120 columns', [], { columns: 120 }],
  ['ASCII', ['--ascii'], { columns: 80 }],
  ['colours', ['--color', 'always'], { columns: 80, env: { NO_COLOR: '', TERM: 'xterm-256color' } }],
  ['sentences', ['--accessible'], { columns: 80 }],
  ['a pipe', [], { isTTY: false }],
  ['CSV', ['--csv'], { isTTY: false }],
  ['Markdown', ['--markdown'], { isTTY: false }],
  ['JSON', ['--json'], { isTTY: false }],
]

/** The first lines are enough of what is long. */
const LONGEST = 45

/** Ids are random; everything else is the same in every run. */
function steady(text: string): string {
  return text
    .replaceAll(/\b01[0-9a-f]{6}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'MACHINE-ID')
    .replaceAll(/\b(?!previous_)p[\w-]{21}(?![\w-])/g, 'PROJECT-KEY')
    .replaceAll('\u001b', '␛')
    .replaceAll('\r\n', '␍\n')
}

function beginning(text: string): string {
  const all = text.split('\n')
  return all.length <= LONGEST ? text : `${all.slice(0, LONGEST).join('\n')}\n… ${all.length - LONGEST} more lines\n`
}

function isPossible(report: string, name: string): boolean {
  if (report.startsWith('top')) return !['CSV', 'Markdown'].includes(name)
  return !report.startsWith('export') || ['a pipe', 'CSV'].includes(name)
}

test('every report in every form', { timeout: 300_000 }, async () => {
  const studio = await threeMachines()
  for (const report of REPORTS) {
    const sections: string[] = []
    for (const [name, flags, terminal] of FORMS.filter(([form]) => isPossible(report, form))) {
      const surroundings = studio(terminal)
      const code = await runCommand(['node', 'forge', ...report.split(' '), ...flags], 'forge', '0', surroundings)
      const { text } = surroundings.stdout
      const shown = name === 'JSON' ? `${JSON.stringify(JSON.parse(text), null, 1)}\n` : text
      sections.push(`== ${name}, exit ${code}\n${beginning(steady(shown))}`)
      if (terminal.columns !== undefined && !['colours', 'sentences'].includes(name)) {
        const widest = Math.max(...text.split('\n').map((line) => stringWidth(line)))
        expect.soft([report, name, widest <= terminal.columns]).toEqual([report, name, true])
      }
      if (name === 'ASCII') expect.soft(text, report).toMatch(/^[\x20-\x7e\n]*$/)
    }
    const file = `${report.replaceAll(/[^a-z0-9]+/g, '-')}.txt`
    await expect.soft(sections.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, 'screens', file))
  }
})

describe('names from outside', () => {
  const home = () => {
    const folder = tempFolder()
    writeFile(
      join(folder, '.claude/projects/p/s.jsonl'),
      lines(
        anAssistantRow({
          cwd: '/home/dev/=cmd()',
          model: '\u001b[31mred\u0007\u202egnp',
          timestamp: '2026-11-22T10:00:00Z',
        }),
      ),
    )
    return folder
  }
  const run = async (words: readonly string[], isTTY: boolean) => {
    const surroundings = testSurroundings({
      home: home(),
      stdout: capture({ isTTY, columns: 80 }),
      env: { NO_COLOR: '1' },
    })
    const code = await runCommand(['node', 'forge', ...words], 'forge', '0', surroundings)
    expect([words, code]).toEqual([words, 0])
    return surroundings.stdout.text + surroundings.stderr.text
  }
  const reports = [
    'tokens',
    'tokens --by project',
    'today',
    'models',
    'machines',
    'projects',
    'sessions',
    'blocks',
    'explain',
    'heatmap',
    'punchcard',
    'top --once',
  ]

  test.each(reports)('no escape code, bell or direction mark is printed by forge %s', async (report) => {
    for (const [, flags, { isTTY = true }] of FORMS.filter(
      ([form]) => form !== 'colours' && isPossible(report, form),
    )) {
      const text = await run([...report.split(' '), ...flags], isTTY)
      expect(text).not.toMatch(/[\u001b\u0007\u202e]/) // oxlint-disable-line no-control-regex
    }
  })

  test.each(['projects', 'sessions', 'tokens --by project', 'export'])(
    'no cell of forge %s --csv is a formula',
    async (report) => {
      const text = await run([...report.split(' '), '--csv'], false)
      expect(text).toContain(`'=cmd()`)
      expect(text).not.toMatch(/(?:^|,)=/m)
    },
  )
})
