import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tempFolder } from './support/folders.ts'
import { sessionLoop } from './support/session-loop.ts'

const SESSIONS = Number(process.env['FORGE_SESSIONS'] ?? 25)
const SEED = Number(process.env['FORGE_SESSION_SEED'] ?? 1)

test(
  `${SESSIONS} sessions that end at random moments (seed ${SEED}): nothing is lost`,
  { timeout: 900_000 },
  async (context) => {
    if (!existsSync('/proc/self/environ')) return context.skip('processes are found by /proc, which is not here')
    const result = await sessionLoop(tempFolder(), tempFolder(), { sessions: SESSIONS, seed: SEED })
    console.log(JSON.stringify(result))
    expect(result).toMatchObject({ sessions: SESSIONS, lost: 0 })
    expect(result.written).toBeGreaterThan(SESSIONS)
  },
)
