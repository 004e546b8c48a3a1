import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tokensCommand } from '../../client/commands/tokens.ts'
import { threeMachines } from '../support/three-machines.ts'
import { blockOf, repository, textOf } from './documents.ts'

const MARK = 'picture: forge tokens'

test('the picture in the README is what forge tokens draws in 80 columns', async () => {
  const studio = (await threeMachines())()
  expect(await tokensCommand({}, studio)).toBe(0)
  if (process.env['FORGE_UPDATE_README'] === '1') putIntoReadme(studio.stdout.text)
  expect(blockOf('README.md', MARK), 'FORGE_UPDATE_README=1 npm test -- test/readme puts the new one in').toBe(
    studio.stdout.text,
  )
})

function putIntoReadme(picture: string): void {
  const block = new RegExp(`(<!-- ${MARK} -->\n\`\`\`text\n)[^\`]*`)
  writeFileSync(
    join(repository, 'README.md'),
    textOf('README.md').replace(block, (_, start: string) => start + picture),
  )
}
