import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../../bin/commands.ts'
import { threeMachines } from '../support/three-machines.ts'
import { commandsIn, repository } from './documents.ts'

/** docs/commands/: a page for each command, made from the command itself. FORGE_UPDATE_README=1 writes them anew. */

const folder = join(repository, 'docs/commands')
const HINT = 'FORGE_UPDATE_README=1 npm test -- test/readme writes the pages anew'

/** What is shown of a command on its page, besides its help. */
const SHOWN: Readonly<Record<string, string>> = {
  tokens: 'tokens',
  today: 'today',
  week: 'week --by machine',
  month: 'month --every week --metric cost',
  heatmap: 'heatmap',
  punchcard: 'punchcard',
  models: 'models',
  machines: 'machines',
  projects: 'projects',
  sessions: 'sessions --limit 8',
  blocks: 'blocks -d 3',
  limits: 'limits',
  top: 'top --once',
  explain: 'explain 2026-11-18',
  verify: 'verify --local',
}
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  config: ['show', 'set'],
  key: ['list', 'add', 'revoke', 'rotate'],
  machines: ['rename', 'group', 'archive', 'keep', 'revoke', 'merge', 'delete', 'changes', 'undo'],
}

type Studio = Awaited<ReturnType<typeof threeMachines>>

async function printed(studio: Studio, words: readonly string[]): Promise<string> {
  const surroundings = studio()
  await runCommand(['node', 'forge', ...words], 'forge', '0.0.0', surroundings)
  return surroundings.stdout.text
}

async function helpOf(studio: Studio, words: readonly string[]): Promise<string> {
  const help = await printed(studio, [...words, '--help'])
  const [usage = '', about = '', ...rest] = help.trim().split(/\n{2,}/)
  return `${about}\n\n\`\`\`text\n${[usage, ...rest].join('\n\n')}\n\`\`\`\n`
}

async function pageOf(studio: Studio, name: string): Promise<string> {
  const parts = [`# forge ${name}`, '', await helpOf(studio, [name])]
  for (const child of CHILDREN[name] ?? []) {
    parts.push(`## forge ${name} ${child}`, '', await helpOf(studio, [name, child]))
  }
  const shown = SHOWN[name]
  if (shown !== undefined) {
    parts.push(`\`forge ${shown}\`, of three made-up machines, in 80 columns:`, '')
    parts.push(`\`\`\`text\n${await printed(studio, shown.split(' '))}\`\`\`\n`)
  }
  return `${parts.join('\n').trimEnd()}\n`
}

async function commandsOf(studio: Studio): Promise<string[]> {
  const help = await printed(studio, ['--help'])
  return commandsIn(help).filter((name) => name !== 'completion')
}

test('every command has a page, which says and shows what it does', { timeout: 120_000 }, async () => {
  const studio = await threeMachines()
  const isUpdate = process.env['FORGE_UPDATE_README'] === '1'
  const names = await commandsOf(studio)
  expect(names).toEqual(expect.arrayContaining(Object.keys(SHOWN)))
  if (isUpdate) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  }
  for (const name of names) {
    const path = join(folder, `${name}.md`)
    const page = await pageOf(studio, name)
    if (isUpdate) writeFileSync(path, page)
    expect.soft(existsSync(path) ? readFileSync(path, 'utf8') : '', `${name}: ${HINT}`).toBe(page)
  }
  expect(readdirSync(folder).toSorted(), HINT).toEqual(names.map((name) => `${name}.md`).toSorted())
})
