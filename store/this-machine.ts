import type { Tx } from './open.ts'
import { ledgerId, setState } from './sequence.ts'

/** Who a ledger's machine is. */
export interface ThisMachine {
  /** Random, made once; sorts by when it was made. */
  readonly machine: string
  /** Random id of the ledger file. */
  readonly ledger: string
  /** The file was made on another machine, or under another home, and has just taken new ids. */
  readonly copied: boolean
}

/**
 * The machine whose ledger this is. A copied ledger (another machine, another home) notices by its fingerprint and
 * takes new ids: the server then counts its positions apart from those of the original.
 */
export async function thisMachine(
  tx: Tx,
  { fingerprint, newId, now }: { fingerprint: string; newId: () => string; now: number },
): Promise<ThisMachine> {
  const known = await tx.selectFrom('this_machine').selectAll().executeTakeFirst()
  if (known?.fingerprint === fingerprint) {
    return { machine: known.machine, ledger: await ledgerId(tx, newId), copied: false }
  }
  const machine = newId()
  await tx.deleteFrom('this_machine').execute()
  await tx.insertInto('this_machine').values({ machine, fingerprint, created_at: now }).execute()
  if (known !== undefined) await setState(tx, 'ledger', newId())
  return { machine, ledger: await ledgerId(tx, newId), copied: known !== undefined }
}
