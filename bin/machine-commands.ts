import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { WantedChange } from '../client/commands/machine-change.ts'
import type { Adding } from './adding.ts'
import { localKey } from './administrator.ts'

type Change = (name: string | undefined) => WantedChange

/**
 * Below `forge machines`, which lists them: what an administrator says of machines. Each can be taken back for 7 days.
 * Flags that the list has as well end up with that, so they are looked for there, too.
 */
const CHANGES: readonly (readonly [usage: string, about: string, change: Change])[] = [
  [
    'rename <machine> [name]',
    'what it is called; without a name, by its hostname',
    (name = '') => ({ action: 'rename', name }),
  ],
  [
    'group <machine> [group]',
    'machines that belong together; without one, to none',
    (group = '') => ({ action: 'group', group }),
  ],
  ['archive <machine>', 'it counts, and nothing is expected of it until it syncs again', () => ({ action: 'archive' })],
  ['keep <machine>', 'it is a machine of its own, whatever it was copied from', () => ({ action: 'keep' })],
  ['revoke <machine>', 'end its keys', () => ({ action: 'revoke' })],
  [
    'merge <machine> <into>',
    'two that are one: all of the first counts for the second',
    (into = '') => ({ action: 'merge', into }),
  ],
  ['delete <machine>', 'take it and its usage out; erased for good after 7 days', () => ({ action: 'delete' })],
]

export function addMachineChanges(
  machines: CommandUnknownOpts,
  { surroundings, finish }: Pick<Adding, 'surroundings' | 'finish'>,
): void {
  const withLocalKey = localKey(surroundings)
  for (const [usage, about, change] of CHANGES) {
    const command = machines
      .command(usage)
      .description(about)
      .option('--yes', 'without asking')
      .option('--dry-run', 'only say what would change')
      .option('--json', 'one JSON object')
    command.action(async () => {
      const { changeMachineCommand } = await import('../client/commands/machine-change.ts')
      const [machine = '', other] = command.args
      finish(await changeMachineCommand(machine, change(other), command.optsWithGlobals(), withLocalKey, surroundings))
    })
  }
  const changes = machines
    .command('changes')
    .description('what was changed of machines, and until when it can be taken back')
    .option('--json', 'one JSON object')
    .option('--csv', 'comma-separated')
    .option('--plain', 'tab-separated, as in a pipe')
  changes.action(async () => {
    const { listMachineChanges } = await import('../client/commands/machine-changes.ts')
    finish(await listMachineChanges(changes.optsWithGlobals(), withLocalKey, surroundings))
  })
  const undo = machines
    .command('undo [id]')
    .description('take a change back, the latest one where none is named')
    .option('--dry-run', 'only say which')
    .option('--json', 'one JSON object')
  undo.action(async (id) => {
    const { undoMachineChange } = await import('../client/commands/machine-changes.ts')
    finish(await undoMachineChange(id, undo.optsWithGlobals(), withLocalKey, surroundings))
  })
}
