import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import type { Ledger, Tx } from '../store/open.ts'
import { type Identity, thisMachine, type ThisMachine } from '../store/this-machine.ts'
import type { Surroundings } from './surroundings.ts'

/** Who this machine is, by its ledger; makes its identity at the first call. */
export function identify(ledger: Ledger, tx: Tx, surroundings: Surroundings): Promise<ThisMachine> {
  return thisMachine(tx, identityOf(ledger, surroundings))
}

function identityOf(ledger: Ledger, surroundings: Surroundings): Identity {
  return {
    fingerprint: fingerprint(ledger.path),
    newId: () => newId(surroundings),
    newSecret: () => Buffer.from(surroundings.randomBytes(32)).toString('base64url'),
    now: surroundings.now(),
  }
}

/** Random, and sorting by when it was made: of two machines that show one event at once, the older keeps it. */
export function newId({ now, randomBytes }: Surroundings): string {
  return uuidv7({ msecs: now(), random: randomBytes(16) })
}

/**
 * What a copied ledger is known by: the operating system's machine id, and where the file lies. Hashed, since the
 * machine id is not for others; it never leaves the ledger anyway. A new hostname changes nothing.
 */
function fingerprint(ledgerFile: string): string {
  const folder = realpathSync(dirname(ledgerFile))
  const user = process.getuid?.() ?? ''
  return createHash('sha256').update(`claudeforge ${systemId()} ${user} ${folder}`).digest('base64url')
}

/**
 * The running start of this computer: another one after a restart, and never again the one before. Of two clones that
 * are told apart by nothing else, it tells the server. Hashed with the machine, so it says nothing to anyone else.
 */
export async function runningStart(
  machine: string,
  { platform, env }: Pick<Surroundings, 'platform' | 'env'>,
): Promise<string | undefined> {
  const start = platform === 'darwin' ? await darwinStart({ env }) : linuxStart()
  if (start === undefined) return undefined
  return createHash('sha256').update(`claudeforge start ${machine} ${start}`).digest('base64url').slice(0, 22)
}

function linuxStart(): string | undefined {
  try {
    // Containers of one computer share its start, but not their host's name.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/uts')}`
  } catch {
    return undefined
  }
}

let asked: string | undefined

async function darwinStart({ env }: Pick<Surroundings, 'env'>): Promise<string | undefined> {
  const { runSystem } = await import('./install/system-command.ts')
  // It does not change while this runs.
  asked ??= runSystem(['sysctl', '-n', 'kern.bootsessionuuid'], { env })?.stdout.trim()
  return asked || undefined
}

function systemId(): string {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      return readFileSync(path, 'utf8').trim()
    } catch {
      // Not every system has one; the folder's path alone still tells most copies.
    }
  }
  return ''
}
