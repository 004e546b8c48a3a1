import { expect, onTestFinished, test } from 'vitest'
import { record } from '../store/ledger.ts'
import { meetMachine } from '../store/meet-machine.ts'
import { openMachineLedger } from '../store/open.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { tempFolder } from '../test/support/folders.ts'
import { testSurroundings } from '../test/support/surroundings.ts'
import { localReports } from './answer-from.ts'
import { ledgerPath } from './config.ts'

test('a day that is over is read once for all calls, and again once something of it comes late', async () => {
  const surroundings = testSurroundings({ home: tempFolder() })
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  onTestFinished(() => ledger.close())
  const { db } = ledger
  const occurred_at = surroundings.now() - 9 * 86_400_000
  const used = (id: number) =>
    db.transaction().execute(async (tx) => {
      await record(tx, ONLY_OWNER, [anEvent({ id: eventIdOf(id), occurred_at, output_tokens: 100 })])
    })
  const output = async () => (await (await localReports(ledger, surroundings)).totals({})).output_tokens
  const kept = () => db.selectFrom('day_usage').select(['version', 'content']).execute()
  await db.transaction().execute(async (tx) => {
    await meetMachine(tx, ONLY_OWNER, { id: anEvent().machine, hostname: 'laptop', protocol: 2 }, occurred_at)
  })
  await used(1)
  expect(await output()).toBe(100)
  const [first] = await kept()
  expect(first?.version).toBeGreaterThan(0)
  expect(await output()).toBe(100)
  expect(await kept()).toEqual([first])
  await used(2)
  expect(await output()).toBe(200)
  expect(await kept()).not.toEqual([first])
})
