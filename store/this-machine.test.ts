import { expect, onTestFinished, test } from 'vitest'
import { openMachineLedger } from './open.ts'
import { thisMachine } from './this-machine.ts'

/** A ledger, as computers of these fingerprints open it. */
async function aLedger() {
  const { db, close } = await openMachineLedger(':memory:')
  onTestFinished(close)
  let made = 0
  const newId = () => `id-${++made}`
  const who = (fingerprint: string) =>
    db.transaction().execute((tx) => thisMachine(tx, { fingerprint, newId, newSecret: () => 'secret', now: made }))
  return { who }
}

test('a machine stays itself', async () => {
  const { who } = await aLedger()
  const first = await who('studio')
  expect(first.copied).toBe(false)
  expect(await who('studio')).toEqual(first)
})

test('a copied ledger is a machine of its own, with a ledger of its own', async () => {
  const { who } = await aLedger()
  const studio = await who('studio')
  const laptop = await who('laptop')
  expect(laptop.copied).toBe(true)
  expect(laptop.machine).not.toBe(studio.machine)
  expect(laptop.ledger).not.toBe(studio.ledger)
  expect(await who('laptop')).toEqual({ ...laptop, copied: false })
})

test('a ledger in a home on a network is each of its machines in turn, and makes no new one each time', async () => {
  const { who } = await aLedger()
  const [studio, laptop] = [await who('studio'), await who('laptop')]
  for (let i = 0; i < 3; i++) {
    expect(await who('studio')).toMatchObject({ machine: studio.machine, ledger: laptop.ledger, copied: false })
    expect(await who('laptop')).toMatchObject({ machine: laptop.machine, ledger: laptop.ledger, copied: false })
  }
})
