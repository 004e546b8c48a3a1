import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UsageRow } from '../core/report-specs.ts'
import { type CcusageReport, compare, DIFFERENCES, type Difference, summaryOf } from '../client/verify/ccusage.ts'
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
  const home = corpus(seed)
  const rows = compare(ours(home), theirs(home, program))
  const { equal, our_tokens, their_tokens, our_cost_usd, their_cost_usd } = summaryOf(rows)
  const table = rows.map(({ date, model, our_tokens: we, their_tokens: they, ...row }) => {
    const why = row.differences.map((name) => `\`${name}\``).join(', ')
    const cells = [date, model, we, they, row.our_cost_usd ?? 'none', row.their_cost_usd ?? 'none', why]
    return `| ${cells.join(' | ')} |`
  })
  return [
    `## Corpus ${seed}`,
    '',
    `Of ${rows.length} days and models ${equal} are equal. Tokens: ${our_tokens.toLocaleString('en-US')} here, ` +
      `${their_tokens.toLocaleString('en-US')} there. Cost: $${our_cost_usd} here, $${their_cost_usd} there.`,
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

function ours(home: string): UsageRow[] {
  rmSync(join(home, '.claudeforge'), { recursive: true, force: true })
  const args = [FORGE, 'tokens', '--local', '--json', '--since', '2025-01-01', '--tz', 'UTC']
  const env = { PATH: process.env['PATH'], HOME: home }
  const { rows } = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1e9 })) as {
    rows: UsageRow[]
  }
  return rows
}

function theirs(home: string, program: string): CcusageReport {
  const env = { PATH: process.env['PATH'], HOME: home, TZ: 'UTC' }
  const args = ['claude', 'daily', '--json', '--offline']
  return JSON.parse(execFileSync(program, args, { env, encoding: 'utf8', maxBuffer: 1e9 })) as CcusageReport
}

function document(body: string): string {
  const classes = (Object.entries(DIFFERENCES) as [Difference, string][]).map(
    ([name, about]) => `| \`${name}\` | ${about} |`,
  )
  return `# Compared with ccusage

Our numbers beside those of ccusage ${CCUSAGE_VERSION}, by day (UTC) and model, on generated transcripts: made by
\`npm run compare:ccusage\`, not by hand. \`forge verify\` does the same with your own transcripts, where ccusage is
installed. An empty last column means that both agree to the token and to a millionth of a dollar.

| difference | |
| --- | --- |
${classes.join('\n')}

${body}`
}
