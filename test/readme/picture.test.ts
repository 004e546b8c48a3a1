import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { syncCommand } from '../../client/commands/sync.ts'
import { tokensCommand } from '../../client/commands/tokens.ts'
import { tempFolder } from '../support/folders.ts'
import { startServer } from '../support/server.ts'
import { capture, testSurroundings } from '../support/surroundings.ts'
import { blockOf, repository, textOf } from './documents.ts'

const NOW = Date.parse('2026-11-22T18:40:00Z')
const HOUR = 3_600_000
const MARK = 'picture: forge tokens'

/** Three machines of nobody: when each was last heard of, and what was generated for it. */
const MACHINES = [
  { hostname: 'old-mbp', ago: 19 * 24 * HOUR, seed: 9, end: '2026-11-03' },
  { hostname: 'ci', ago: 3 * HOUR, seed: 26, end: '2026-11-22' },
  { hostname: 'studio', ago: 0, seed: 37, end: '2026-11-22' },
]

test('the picture in the README is what forge tokens draws in 80 columns', async () => {
  const folder = tempFolder()
  let now = NOW
  const server = await startServer(folder, { now: () => now })
  const machine = (hostname: string) =>
    testSurroundings({
      home: join(folder, hostname),
      hostname,
      zone: 'Europe/Berlin',
      now: () => now,
      env: { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, NO_COLOR: '1', LANG: 'C.UTF-8' },
      stdout: capture({ isTTY: true, columns: 80 }),
    })
  for (const { hostname, ago, seed, end } of MACHINES) {
    now = NOW - ago
    generate(join(folder, hostname), seed, end)
    expect(await syncCommand({ quiet: true }, machine(hostname))).toBe(0)
  }
  const studio = machine('studio')
  expect(await tokensCommand({}, studio)).toBe(0)
  if (process.env['FORGE_UPDATE_README'] === '1') putIntoReadme(studio.stdout.text)
  expect(blockOf('README.md', MARK), 'FORGE_UPDATE_README=1 npm test -- test/readme puts the new one in').toBe(
    studio.stdout.text,
  )
})

function generate(home: string, seed: number, end: string): void {
  const generator = join(repository, 'bench/generate-transcripts.mjs')
  const options = ['--size', '15MB', '--days', '14', '--seed', String(seed), '--end', end, '--quiet']
  execFileSync(process.execPath, [generator, '--out', home, ...options])
}

function putIntoReadme(picture: string): void {
  const block = new RegExp(`(<!-- ${MARK} -->\n\`\`\`text\n)[^\`]*`)
  writeFileSync(
    join(repository, 'README.md'),
    textOf('README.md').replace(block, (_, start: string) => start + picture),
  )
}
