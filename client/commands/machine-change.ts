import type { MachineChangeAnswer, MachineChangeRequest } from '../../api/machines.ts'
import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { confirm } from '../terminal/ask.ts'
import { printDone } from '../terminal/messages.ts'
import { styleFor } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'
import { ACTION_WORDS, effectLines, takesAway } from '../../api/machine-words.ts'

export type WantedChange = MachineChangeRequest

export interface MachineChangeOptions {
  /** Do it without asking. */
  readonly yes?: boolean
  /** Only say what would come of it. */
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `forge machines rename|group|archive|revoke|merge|delete`: shows what changes, asks where something is taken away, and does it. */
export async function changeMachineCommand(
  machine: string,
  change: MachineChangeRequest,
  options: MachineChangeOptions,
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return asAdministrator(surroundings, withLocalKey, async ({ administration }): Promise<ExitCode> => {
    const asks = takesAway(change.action) && !options.yes
    if (options.dryRun || asks) {
      const preview = await administration.changeMachine(machine, { ...change, preview: true })
      if (options.dryRun && options.json) printJson(preview, surroundings)
      // Where JSON is wanted, standard output is for that alone.
      else printEffect(change, preview, options.json ? surroundings.stderr : surroundings.stdout, surroundings)
      if (options.dryRun) return 0
      const otherwise = `To agree beforehand: forge machines ${change.action} … --yes. Only to look: --dry-run`
      if (!(await confirm(ACTION_WORDS[change.action].question, surroundings, { otherwise }))) {
        surroundings.stderr.write('Nothing was changed.\n')
        return 0
      }
    }
    const done = await administration.changeMachine(machine, change)
    if (options.json) printJson(done, surroundings)
    else printDone(doneText(change, done), surroundings)
    return 0
  })
}

function printEffect(
  change: MachineChangeRequest,
  { effect }: MachineChangeAnswer,
  out: Surroundings['stderr'],
  surroundings: Surroundings,
): void {
  const style = styleFor(out, surroundings)
  out.write(
    effectLines(change, effect)
      .map((line) => `${printable(line, style)}\n`)
      .join(''),
  )
}

function printJson(answer: MachineChangeAnswer, { stdout }: Surroundings): void {
  stdout.write(`${JSON.stringify({ schema_version: 1, ...answer })}\n`)
}

function doneText({ action }: MachineChangeRequest, { change, effect }: MachineChangeAnswer): string {
  const name = effect.machine.name
  const more = { rename: ` to ${change?.to}`, group: ` into ${change?.to}`, merge: ` into ${effect.into?.name}` }
  const isOut = action === 'group' && change?.to === ''
  const done = `${ACTION_WORDS[action].done} ${name}${more[action as keyof typeof more] ?? ''}`
  const said = isOut ? `${name} has no group any more` : done
  return `${said}.\nTo take it back, until ${change?.undo_until.slice(0, 10)}: forge machines undo ${change?.id}`
}
