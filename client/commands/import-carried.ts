import { counted } from '../../core/format.ts'
import { Problem } from '../../core/problem.ts'
import { openMachineLedger } from '../../store/open.ts'
import { configuredServer } from '../answer-from.ts'
import { ledgerPath, readConfig } from '../config.ts'
import { bringCarried, readCarried } from '../import/carried.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'
import { printable } from '../terminal/text.ts'
import { identify } from '../this-machine.ts'

/**
 * `forge import FILE` of what `forge sync --export` wrote: brings it to this machine's server, as that machine. Shows
 * first what is in it; a file that is brought again changes nothing.
 */
export async function importCarried(
  path: string,
  { yes, json }: { readonly yes?: boolean; readonly json?: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout } = surroundings
  const carried = await readCarried(path)
  const target = yes ? await configuredServer(readConfig(surroundings), surroundings) : undefined
  if (yes && target === undefined) {
    throw new Problem('unauthenticated', 'This machine has no server to bring it to.', {
      hint: 'Join one: forge login URL',
    })
  }
  const stored = target === undefined ? 0 : await bring(path, target.server, surroundings)
  if (json) {
    stdout.write(`${JSON.stringify({ schema_version: 1, imported: target !== undefined, stored, ...carried })}\n`)
    return 0
  }
  const name = printable(carried.hostname, { ascii: false })
  stdout.write(`This is what ${name} would have sent: ${counted(carried.records, 'record')}.\n`)
  if (target === undefined) stdout.write('Nothing was sent yet. Send it: the same with --yes\n')
  else printDone(`Brought to ${target.url}: ${counted(stored, 'new record')} of ${name}.`, surroundings)
  return 0
}

async function bring(
  path: string,
  server: Parameters<typeof bringCarried>[1],
  surroundings: Surroundings,
): Promise<number> {
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const { machine } = await ledger.db.transaction().execute((tx) => identify(ledger, tx, surroundings))
    return await bringCarried(path, server, machine)
  } finally {
    await ledger.close()
  }
}
