import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { callHook, hookIn, runsIn } from './hooks.ts'
import { serveForge } from './program.ts'
import { randomNumbers } from './random.ts'
import { anAssistantRow } from './rows.ts'
import { TEST_KEY } from './server.ts'

export interface SessionLoopResult {
  readonly sessions: number
  readonly written: number
  readonly lost: number
  readonly runs: number
  /** Workers that were killed in the middle. */
  readonly killed: number
}

/**
 * Sessions of Claude Code that end at random moments: hooks that are called or not, process groups that are killed while
 * a hook runs, workers that are killed while they sync. Then one more session starts, as one does some day, and
 * everything that was written has to be on the server.
 */
export async function sessionLoop(
  home: string,
  server_home: string,
  { sessions, seed }: { sessions: number; seed: number },
): Promise<SessionLoopResult> {
  const random = randomNumbers(seed)
  const server = await serveForge({ home: server_home, env: { FORGE_API_KEY: TEST_KEY } })
  const env = { HOME: home, FORGE_SERVER_URL: server.url, FORGE_API_KEY: TEST_KEY, TZ: 'UTC' }
  const hook = await hookIn(home)
  const folder = join(home, '.claude/projects/p')
  mkdirSync(folder, { recursive: true })
  let [written, killed] = [0, 0]
  const write = (session: number) => {
    for (let rows = random(4); rows > 0; rows--) {
      const id = `msg_01ABCDEFGHJKLMN${String(++written).padStart(8, '0')}`
      const row = anAssistantRow({ id, sessionId: `s${session}`, usage: { input_tokens: written } })
      appendFileSync(join(folder, `${session}.jsonl`), `${JSON.stringify(row)}\n`)
    }
  }
  try {
    for (let session = 0; session < sessions; session++) {
      const end = random(4)
      for (const [i, event] of (['SessionStart', 'Stop', 'Stop', 'SessionEnd'] as const).entries()) {
        if (i > end) break
        const child = callHook(hook(event), env)
        write(session)
        await sleep(random(30))
        if (i === end) killGroup(child.pid)
        write(session)
      }
      halfAMinutePasses(home)
      // A worker begins to read a second after it was called.
      if (random(3) === 0) await sleep(900 + random(1600))
      if (random(4) === 0) killed += killWorkers(home)
    }
    const runs = runsIn(home).length
    halfAMinutePasses(home)
    killed += killWorkers(home)
    callHook(hook('SessionStart'), env)
    return { sessions, written, lost: await lostOf(server_home, written), runs, killed }
  } finally {
    killWorkers(home)
    await server.kill('SIGTERM')
  }
}

/** How many of the responses, numbered by their input, the server does not have half a minute later. */
async function lostOf(server_home: string, written: number): Promise<number> {
  const database = new DatabaseSync(join(server_home, 'server-data', 'usage.db'), { readOnly: true })
  try {
    const count = database.prepare('select count(distinct input_tokens) as count from event')
    for (let i = 0; ; i++) {
      const lost = written - Number(count.get()?.['count'])
      if (lost === 0 || i === 400) return lost
      await sleep(100)
    }
  } finally {
    database.close()
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended already.
  }
}

/** Kills every process of a home, as a power cut would. */
function killWorkers(home: string): number {
  let killed = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      const isWorker = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--auto')
      if (!isWorker || !environment.includes(`HOME=${home}`)) continue
      process.kill(Number(pid), 'SIGKILL')
      killed++
    } catch {
      // It has ended, or belongs to someone else.
    }
  }
  return killed
}

function halfAMinutePasses(home: string): void {
  rmSync(join(home, '.claudeforge/automatic/state.json'), { force: true })
}
