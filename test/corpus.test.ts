import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { localReports } from '../client/answer-from.ts'
import { collect } from '../client/collect.ts'
import { ledgerPath } from '../client/config.ts'
import { sync } from '../client/sync.ts'
import { openMachineLedger } from '../store/open.ts'
import { makeCorpus, reportedCells, truthCells } from './support/corpus.ts'
import { tempFolder } from './support/folders.ts'
import { startServer, type TestServer } from './support/server.ts'
import { testSurroundings } from './support/surroundings.ts'

/** Generated homes of 30 MB whose true content is known to the token. */
const CORPORA = [1, 2, 3, 4, 5].flatMap((seed) => [
  { seed, hostile: false },
  { seed, hostile: true },
])

describe.each(CORPORA)('a home of seed $seed, hostile: $hostile', ({ seed, hostile }) => {
  test('gives the true tokens of every day and model: cold, grown in pieces between syncs, and after its deletion', async () => {
    const [whole, grown, serverFolder] = [tempFolder(), tempFolder(), tempFolder()]
    const truth = truthCells(makeCorpus(whole, { seed, hostile }))
    const server = await startServer(serverFolder)

    // Half of the homes are read on two threads.
    const worth_a_thread = seed % 2 === 0 ? 0 : Number.POSITIVE_INFINITY
    const cold = await openHome(whole, server, worth_a_thread)
    await cold.sync()
    expect(await cold.local()).toEqual(truth)
    expect(await reportedCells(server.client.reports)).toEqual(truth)

    const pieces = cutInPieces(join(whole, '.claude', 'projects'), seed)
    const second = await startServer(tempFolder())
    const warm = await openHome(grown, second, worth_a_thread)
    for (const round of pieces) {
      for (const { path, bytes } of round) {
        const target = join(grown, '.claude', 'projects', path)
        mkdirSync(dirname(target), { recursive: true })
        appendFileSync(target, bytes)
      }
      await warm.sync()
    }
    expect(await warm.local()).toEqual(truth)
    expect(await reportedCells(second.client.reports)).toEqual(truth)

    rmSync(join(grown, '.claude'), { recursive: true })
    await warm.sync()
    expect(await warm.local()).toEqual(truth)
    expect(await reportedCells(second.client.reports)).toEqual(truth)
    await cold.close()
    await warm.close()
  })
})

async function openHome(home: string, server: TestServer, worth_a_thread: number) {
  const surroundings = testSurroundings({ home })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  return {
    async sync() {
      await collect(ledger, surroundings, { hostname: 'studio', worth_a_thread })
      await sync(
        {
          ledger,
          surroundings,
          settings: { hostname: 'studio', project_names: 'names', project_secret: undefined },
          server_url: server.url,
        },
        server.client,
      )
    },
    local: async () => reportedCells(await localReports(ledger, surroundings)),
    close: () => ledger.close(),
  }
}

/** Every file's bytes in four appends, cut anywhere: also inside a line, a character or an escape. */
function cutInPieces(root: string, seed: number): { path: string; bytes: Buffer }[][] {
  const rounds: { path: string; bytes: Buffer }[][] = [[], [], [], []]
  let random = seed
  const next = (below: number) => (random = (random * 48_271) % 2_147_483_647) % below
  for (const path of filesBelow(root)) {
    const bytes = readFileSync(path)
    const cuts = [0, ...[1, 2, 3].map(() => next(bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
    for (const [i, round] of rounds.entries()) {
      round.push({ path: relative(root, path), bytes: bytes.subarray(cuts[i], cuts[i + 1]) })
    }
  }
  return rounds
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}
