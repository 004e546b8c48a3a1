import { expect, test } from 'vitest'
import { tempFolder } from './support/folders.ts'
import { killLoop } from './support/kill-loop.ts'

const KILLS = Number(process.env['FORGE_KILLS'] ?? 200)
const SEED = Number(process.env['FORGE_KILL_SEED'] ?? 1)

test(
  `client and server killed ${KILLS} times (seed ${SEED}): nothing is lost, nothing is doubled`,
  { timeout: 900_000 },
  async () => {
    const result = await killLoop({ home: tempFolder(), server_home: tempFolder(), kills: KILLS, seed: SEED })
    console.log(JSON.stringify(result))
    expect(result).toMatchObject({ lost: 0, doubled: 0, wrong: 0, wrong_cells: 0, integrity: 'ok' })
    expect(result.kills.client + result.kills.server).toBeGreaterThanOrEqual(KILLS)
    expect(result.kills.client).toBeGreaterThan(0)
    expect(result.kills.server).toBeGreaterThan(0)
    expect(result.lost_acknowledgements).toBeGreaterThan(0)
  },
)

test('the same loop fails when a ledger forgets a batch', { timeout: 300_000 }, async () => {
  const options = { home: tempFolder(), server_home: tempFolder(), kills: 10, seed: SEED }
  const result = await killLoop({ ...options, forgetABatch: true })
  expect(result.lost).toBeGreaterThan(0)
})
