import { type Ledger, openServerLedger } from '../../store/open.ts'
import { fillDemo } from './fill.ts'

/** A ledger in memory with the made-up year that ends now. Nothing is written to disk, and it is gone with the server. */
export async function openDemoLedger(now: number): Promise<Ledger> {
  const ledger = await openServerLedger(':memory:')
  await fillDemo(ledger.db, now)
  return ledger
}
