import { changeText } from '../../api/machine-words.ts'
import type { MachineChangeRow } from '../../api/machines.ts'
import { ago } from '../../core/format.ts'
import { Problem } from '../../core/problem.ts'
import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'
import { styleFor } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'
import { printListing } from './report/listing.ts'
import type { ReportOptions } from './report/options.ts'

/** `forge machines changes`: what was changed of machines, by whom, and what of it can be taken back. */
export async function listMachineChanges(
  options: ReportOptions,
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { url, changes } = await asAdministrator(surroundings, withLocalKey, async (server) => ({
    url: server.url,
    changes: await server.administration.machineChanges(),
  }))
  const now = surroundings.now()
  return printListing(
    {
      rows: { columns: COLUMNS, rows: changes.map((change) => ({ ...change, machine: change.machine.id })) },
      document: { schema_version: 1, server_url: url, changes },
      title: ['Changes of machines', url],
      right: `${changes.length}`,
      isEmpty: changes.length === 0,
      table: (style) => ({
        columns: [
          { heading: 'ID', cells: changes.map(({ id }) => String(id)) },
          { heading: 'WHAT', cells: changes.map((change) => printable(changeText(change), style)), shortest: 16 },
          { heading: 'WHEN', cells: changes.map(({ at }) => ago(Math.max(0, now - Date.parse(at)))) },
          { heading: 'UNDO', cells: changes.map((change) => undoText(change)), rank: 2 },
          { heading: 'BY', cells: changes.map(({ by }) => printable(by, style)), rank: 1 },
        ],
      }),
      notes: () => [changes.length === 0 ? 'No machine was changed.' : 'Take one back: forge machines undo ID'],
    },
    options,
    surroundings,
  )
}

const COLUMNS = ['id', 'at', 'action', 'machine', 'from', 'to', 'by', 'undo_until', 'undone_at', 'can_undo'] as const

/** `forge machines undo`: takes a change back, the latest one where none is named. */
export async function undoMachineChange(
  id: string | undefined,
  options: { readonly dryRun?: boolean; readonly json?: boolean },
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return asAdministrator(surroundings, withLocalKey, async ({ administration }): Promise<ExitCode> => {
    const meant = await changeMeant(id, () => administration.machineChanges())
    if (options.dryRun && !meant.can_undo) {
      throw new Problem('invalid-request', `Change ${meant.id} cannot be taken back any more.`, {
        hint: 'All of them: forge machines changes',
      })
    }
    const change = options.dryRun ? meant : await administration.undoMachineChange(meant.id)
    const { stdout } = surroundings
    const style = styleFor(stdout, surroundings)
    if (options.json) stdout.write(`${JSON.stringify({ schema_version: 1, change })}\n`)
    else if (options.dryRun) stdout.write(`${printable(`Would be taken back: ${changeText(meant)}`, style)}\n`)
    else printDone(`Taken back: ${changeText(change)}.`, surroundings)
    return 0
  })
}

async function changeMeant(
  id: string | undefined,
  list: () => Promise<readonly MachineChangeRow[]>,
): Promise<MachineChangeRow> {
  if (id !== undefined && !/^\d{1,15}$/.test(id)) {
    throw new Problem('invalid-request', `“${id}” is no number of a change.`, {
      hint: 'All of them: forge machines changes',
    })
  }
  const changes = await list()
  const meant = changes.find((change) => (id === undefined ? change.can_undo : change.id === Number(id)))
  if (meant !== undefined) return meant
  throw new Problem('not-found', id === undefined ? 'There is nothing to take back.' : `There is no change ${id}.`, {
    hint: 'All of them: forge machines changes',
  })
}

function undoText({ can_undo, undone_at, undo_until }: MachineChangeRow): string {
  if (undone_at !== null) return 'taken back'
  return can_undo ? `until ${undo_until.slice(0, 10)}` : 'over'
}
