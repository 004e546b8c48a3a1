import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../bin/commands.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { anAssistantRow, lines } from './support/rows.ts'
import { startServer } from './support/server.ts'
import { capture, testSurroundings } from './support/surroundings.ts'

/** Whose plan a response ran on: no transcript says so, but Claude Code says who is signed in. */

const WORK = '11111111-aaaa-4000-8000-000000000001'
const HOME = '22222222-bbbb-4000-8000-000000000002'
const hours = (hour: number) => Date.parse('2026-11-20T00:00:00Z') + hour * 3_600_000
const row = (hour: number) =>
  anAssistantRow({ id: `msg_01${String(hour).padStart(22, '0')}`, timestamp: new Date(hours(hour)).toISOString() })

async function aMachine() {
  const server = await startServer(tempFolder(), { now: () => hours(12) })
  const home = tempFolder()
  const rows: object[] = []
  const forge = async (hour: number, ...words: string[]) => {
    const surroundings = testSurroundings({
      home,
      now: () => hours(hour),
      stdout: capture({ isTTY: true, columns: 80 }),
      env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, NO_COLOR: '1', LANG: 'C.UTF-8' },
    })
    const code = await runCommand(['node', 'forge', ...words], 'forge', '0', surroundings)
    return { code, text: surroundings.stdout.text }
  }
  const use = (...at: number[]) => {
    rows.push(...at.map(row))
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  }
  const signIn = (accountUuid: string | undefined) =>
    writeFile(
      join(home, '.claude.json'),
      JSON.stringify({ oauthAccount: { accountUuid, emailAddress: 'ana@example.com' }, projects: {} }),
    )
  const byAccount = async (...words: string[]) => {
    const { text } = await forge(12, 'tokens', '--by', 'account', '-d', '1', '--every', 'day', '--json', ...words)
    const { rows: found } = JSON.parse(text) as { rows: { group: string; response_count: number }[] }
    return Object.fromEntries(found.map(({ group, response_count }) => [group, response_count]))
  }
  return { forge, use, signIn, byAccount }
}

test('a response is of the account that was signed in before and after it; else it is not known', async () => {
  const { forge, use, signIn, byAccount } = await aMachine()
  signIn(WORK)
  use(1)
  // What was before the first look could be anyone's.
  await forge(2, 'sync', '--quiet')
  use(3)
  await forge(4, 'sync', '--quiet')
  signIn(HOME)
  use(5)
  // Between two looks that saw two accounts it could be either's.
  await forge(6, 'sync', '--quiet')
  use(7, 8)
  await forge(9, 'sync', '--quiet')
  const counts = await byAccount()
  const accounts = Object.keys(counts).filter((name) => name !== '')
  expect(Object.values(counts).toSorted((a, b) => a - b)).toEqual([1, 2, 2])
  expect(counts['']).toBe(2)
  for (const account of accounts) expect(account).toMatch(/^a[\w-]{21}$/)

  // Read again from the start, everything is as it was; and nothing in it is taken for a difference.
  await forge(10, 'sync', '--force', '--quiet')
  expect(await byAccount()).toEqual(counts)
  expect(await byAccount('--local')).toEqual(counts)
  expect(JSON.parse((await forge(11, 'verify', '--json')).text)).toMatchObject({
    sound: true,
    transcripts: { lesser: 0 },
    server: { missing: 0, different: 0 },
  })

  // Screens show the beginning of the hash, and filters take it.
  const home = accounts.find((account) => counts[account] === 2) as string
  expect((await forge(12, 'tokens', '--by', 'account', '-d', '1')).text).toContain(home.slice(0, 7))
  expect(await byAccount('--account', home.slice(0, 7))).toEqual({ [home]: 2 })
  expect(await byAccount('--account', home)).toEqual({ [home]: 2 })
  const { text } = await forge(12, 'tokens', '--account', 'work')
  expect(text).toContain('No account is called “work”.\nKnown accounts: ')
})

test('where nobody is signed in with a plan it is nobody’s', async () => {
  const { forge, use, signIn, byAccount } = await aMachine()
  signIn(undefined)
  use(1)
  await forge(2, 'sync', '--quiet')
  use(3)
  await forge(4, 'sync', '--quiet')
  expect(await byAccount()).toEqual({ '': 2 })
})
