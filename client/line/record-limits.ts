import type { LimitSample } from '../../core/limits.ts'
import { signedIn } from '../../sources/claude-code/account.ts'
import type { ToldLimits } from '../../sources/claude-code/rate-limits.ts'
import { recordLimits } from '../../store/limits.ts'
import { openMachineLedger } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { localReports } from '../answer-from.ts'
import { ledgerPath } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'
import { identify } from '../this-machine.ts'
import { addLimits } from './facts.ts'

/** Records what was told of the plan's limits just now, and puts it among the facts of the status line. */
export async function recordTold({ windows }: ToldLimits, surroundings: Surroundings): Promise<void> {
  const seen_at = surroundings.now()
  const { account } = signedIn(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    await ledger.db.transaction().execute(async (tx) => {
      const { machine } = await identify(ledger, tx, surroundings)
      const samples = windows.map((window): LimitSample => ({ ...window, account, machine, seen_at }))
      await recordLimits(tx, ONLY_OWNER, samples, seen_at)
    })
    const { limits } = await (await localReports(ledger, surroundings)).limits({})
    addLimits(limits, surroundings)
  } finally {
    await ledger.close()
  }
}
