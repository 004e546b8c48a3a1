import type { Tx } from './open.ts'
import { ledgerId, projectSecret, setState } from './sequence.ts'

/** Who a ledger's machine is. */
export interface ThisMachine {
  /** Random, made once; sorts by when it was made. */
  readonly machine: string
  /** Random id of the ledger file. */
  readonly ledger: string
  /** Random, and never sent: keys of folders are made with it. */
  readonly project_secret: string
  /** The file was made on another machine, or under another home, and has just taken new ids. */
  readonly copied: boolean
}

/**
 * The machine whose ledger this is. A copied ledger (another machine, another home) notices by its fingerprint and
 * takes new ids: the server then counts its positions apart from those of the original.
 */
export async function thisMachine(
  tx: Tx,
  {
    fingerprint,
    newId,
    newSecret,
    now,
  }: { fingerprint: string; newId: () => string; newSecret: () => string; now: number },
): Promise<ThisMachine> {
  const project_secret = await projectSecret(tx, newSecret)
  const known = await tx.selectFrom('this_machine').selectAll().executeTakeFirst()
  if (known?.fingerprint === fingerprint) {
    return { machine: known.machine, ledger: await ledgerId(tx, newId), project_secret, copied: false }
  }
  const machine = newId()
  await tx.deleteFrom('this_machine').execute()
  await tx.insertInto('this_machine').values({ machine, fingerprint, created_at: now }).execute()
  if (known !== undefined) await setState(tx, 'ledger', newId())
  return { machine, ledger: await ledgerId(tx, newId), project_secret, copied: known !== undefined }
}
