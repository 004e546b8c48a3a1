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

/** How a machine knows itself, and how it makes what it does not have yet. */
export interface Identity {
  /** Of the computer, its user and the ledger's place. */
  readonly fingerprint: string
  readonly newId: () => string
  readonly newSecret: () => string
  readonly now: number
}

/**
 * The machine whose ledger this is. A copied ledger (another machine, another home) notices by its fingerprint and
 * takes new ids: the server then counts its positions apart from those of the original. A ledger that several machines
 * share, in a home on a network, is each of them in turn.
 */
export async function thisMachine(tx: Tx, { fingerprint, newId, newSecret, now }: Identity): Promise<ThisMachine> {
  const project_secret = await projectSecret(tx, newSecret)
  const known = await machinesOf(tx)
  const me = known.find((row) => row.fingerprint === fingerprint)
  if (me !== undefined) return { machine: me.machine, ledger: await ledgerId(tx, newId), project_secret, copied: false }
  const machine = newId()
  await tx.insertInto('this_machine').values({ machine, fingerprint, created_at: now }).execute()
  if (known.length > 0) await setState(tx, 'ledger', newId())
  return { machine, ledger: await ledgerId(tx, newId), project_secret, copied: known.length > 0 }
}

/** The machines that this ledger has been of, the latest last. */
async function machinesOf(tx: Tx): Promise<{ machine: string; fingerprint: string }[]> {
  return tx.selectFrom('this_machine').selectAll().orderBy('created_at').orderBy('machine').execute()
}
