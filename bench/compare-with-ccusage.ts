import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { CcusageCheck } from '../client/verify/ccusage/check.ts'
import { DIFFERENCES, type Difference } from '../client/verify/ccusage/compare.ts'
import { cacheFolder } from './corpora.ts'
import { CCUSAGE_VERSION, installPeers } from './peers.ts'

/** `npm run compare:ccusage`: writes docs/compared-with-ccusage.md anew, from generated corpora. */

const SEEDS = [1, 2, 3]
const FORGE = join(import.meta.dirname, '..', 'bin', 'forge.ts')

const { ccusage } = installPeers()
if (ccusage === undefined) throw new Error('ccusage is not installed, so there is nothing to compare with')
const sections = SEEDS.map((seed) => section(seed, ccusage))
writeFileSync(join(import.meta.dirname, '..', 'docs', 'compared-with-ccusage.md'), document(sections.join('\n')))

function section(seed: number, program: string): string {
  const { rows, equal, our_tokens, their_tokens, our_cost_usd, their_cost_usd, days } = verified(corpus(seed), program)
  const table = days.map(({ date, model, our_tokens: we, their_tokens: they, ...row }) => {
    const why = row.differences.map((name) => `\`${name}\``).join(', ')
    const cells = [date, model, we, they, row.our_cost_usd ?? 'none', row.their_cost_usd ?? 'none', why]
    return `| ${cells.join(' | ')} |`
  })
  return [
    `## Corpus ${seed}`,
    '',
    `Of ${rows} days and models ${equal} are equal. Tokens: ${our_tokens.toLocaleString('en-US')} here, ` +
      `${their_tokens.toLocaleString('en-US')} there. Cost: $${our_cost_usd} here, $${their_cost_usd} there. The others:`,
    '',
    '| day | model | tokens | ccusage | cost | ccusage | difference |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- |',
    ...table,
    '',
  ].join('\n')
}

function corpus(seed: number): string {
  const home = cacheFolder(`home-20MB-${seed}`)
  if (!existsSync(join(home, 'truth.json'))) {
    const generator = join(import.meta.dirname, 'generate-transcripts.mjs')
    execFileSync(process.execPath, [generator, '--out', home, '--size', '20MB', '--seed', String(seed), '--quiet'])
  }
  return home
}

/** What `forge verify` says of a home beside ccusage. */
function verified(home: string, program: string): Exclude<CcusageCheck, { problem: string }> {
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const env = { PATH: `${dirname(program)}${delimiter}${process.env['PATH']}`, HOME: home, TZ: 'UTC' }
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [FORGE, ...args], { env, encoding: 'utf8', maxBuffer: 1e9 })
  run('tokens', '--local')
  const { ccusage: found } = JSON.parse(run('verify', '--local', '--json')) as { ccusage: CcusageCheck | null }
  if (found === null || 'problem' in found) throw new Error(`ccusage could not be asked: ${found?.problem}`)
  return found
}

function document(body: string): string {
  const classes = (Object.entries(DIFFERENCES) as [Difference, string][]).map(
    ([name, about]) => `| \`${name}\` | ${about} |`,
  )
  return `# Compared with ccusage

Our numbers beside those of ccusage ${CCUSAGE_VERSION}, by day (UTC) and model, on generated transcripts: made by
\`npm run compare:ccusage\`, not by hand. \`forge verify\` does the same with your own transcripts, where ccusage is
installed. Days and models on which both agree to the token and to a millionth of a dollar are counted; of each other one the
cause is told from the rows and responses themselves, and what none shows is \`unexplained\`.

| difference | |
| --- | --- |
${classes.join('\n')}

${body}`
}
