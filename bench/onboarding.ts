import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, generatedHome, homeOfManyFiles } from './corpora.ts'
import { type Figures, figuresOf } from './measure.ts'

const ROUNDS = 3
const STEPS = [
  'forge tokens',
  'forge serve --with-this-machine',
  'forge invite',
  'forge login URL --code CODE',
] as const

/** The README from its first command to the graph of two machines, as a newcomer types it; nothing is edited between. */
export async function measureOnboarding(
  forge: readonly string[],
): Promise<{ about: string; figures: Figures[]; ratios: string[] }> {
  const times: number[][] = STEPS.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    const took = await onboard(forge)
    for (const [step, ms] of took.entries()) times[step]?.push(ms)
  }
  const totals = Array.from({ length: ROUNDS }, (_, round) => times.reduce((sum, of) => sum + (of[round] ?? 0), 0))
  const figures = STEPS.map((step, i) => figuresOf(step, times[i] as number[]))
  return {
    about: `A machine with 300 MB of transcripts and one with 3,000 small ones, ${STEPS.length} commands; the first at most 10 s, all at most 120 s`,
    figures: [...figures, figuresOf('all of them, to the graph of both', totals)],
    ratios: [],
  }
}

/** Milliseconds of each step. */
async function onboard(forge: readonly string[]): Promise<number[]> {
  const [studio, laptop] = [generatedHome('300MB'), homeOfManyFiles(3000)]
  const data = cacheFolder('onboarding-data')
  for (const folder of [join(studio, '.claudeforge'), join(laptop, '.claudeforge'), data]) {
    rmSync(folder, { recursive: true, force: true })
  }
  const [node = '', script = ''] = forge
  const at = (home: string, port = '') => ({
    env: { PATH: process.env['PATH'], HOME: home, FORGE_DATA_DIR: data, FORGE_PORT: port },
    encoding: 'utf8' as const,
  })
  const run = (words: readonly string[], home: string, port?: string) => {
    const { status, stdout, stderr } = spawnSync(node, [script, ...words], at(home, port))
    if (status !== 0) throw new Error(`forge ${words.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }
  const times: number[] = []
  let started = performance.now()
  const lap = () => {
    const now = performance.now()
    times.push(now - started)
    started = now
  }
  run(['tokens'], studio)
  lap()
  const server = spawn(node, [script, 'serve', '--with-this-machine', '--port', '0'], at(studio))
  try {
    let printed = ''
    const take = (text: string) => void (printed += text)
    server.stdout.setEncoding('utf8').on('data', take)
    server.stderr.setEncoding('utf8').on('data', take)
    while (!printed.includes('See it:')) await once(server.stdout, 'data')
    lap()
    const port = /"port":(\d+)/.exec(printed)?.[1] ?? ''
    const code = run(['invite'], studio, port).trim().split(' ').at(-1) ?? ''
    lap()
    const graph = run(['login', `http://127.0.0.1:${port}`, '--code', code, '--no-install'], laptop)
    lap()
    if (!graph.includes('total_tokens')) throw new Error(`no graph of both: ${graph}`)
  } finally {
    server.kill('SIGTERM')
    await once(server, 'close')
  }
  return times
}
