import type { Surroundings } from '../surroundings.ts'
import { confirm } from '../terminal/ask.ts'
import { type StyleFlags, styleFor } from '../terminal/style.ts'
import { isNoChange, type SettingsPlan } from './settings-plan.ts'
import { changeLines } from './show-change.ts'
import type { TimerPlan } from './timer-plan.ts'

/** What both `forge install` and `forge uninstall` take: which parts, and how much they ask. */
export interface PartOptions extends StyleFlags {
  readonly hooks?: boolean
  readonly timer?: boolean
  readonly statusline?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
}

/** What is to be changed of other programs. */
export interface PartPlans {
  readonly settings?: SettingsPlan | undefined
  readonly timer?: TimerPlan | undefined
}

/** Where no part is named all are meant. */
export function meansAll({ hooks, timer, statusline }: PartOptions): boolean {
  return !hooks && !timer && !statusline
}

/** Every line that changes, and every command that is run; none where nothing is. */
export function changesOf({ settings, timer }: PartPlans, options: PartOptions, surroundings: Surroundings): string[] {
  const style = styleFor(surroundings.stdout, surroundings, options)
  const ofSettings =
    settings === undefined || isNoChange(settings)
      ? []
      : [{ path: settings.file.path, before: settings.file.text, after: settings.text }]
  const ofTimer = (timer?.files ?? []).filter(({ before, after }) => before !== after)
  const commands = (timer?.commands ?? []).map((command) => `$ ${command.join(' ')}`)
  return [
    ...[...ofSettings, ...ofTimer].flatMap(({ path, before, after }) => changeLines(path, before, after, style)),
    ...commands,
    ...(commands.length > 0 ? [''] : []),
  ]
}

/** Shows what changes, and asks. False where it was only to be looked at, or someone does not want it. */
export async function agreed(
  lines: readonly string[],
  { command, question }: { readonly command: string; readonly question: string },
  options: PartOptions,
  surroundings: Surroundings,
): Promise<boolean> {
  surroundings.stdout.write(lines.map((line) => `${line}\n`).join(''))
  if (options.dryRun) return false
  const otherwise = `To agree beforehand: forge ${command} --yes. Only to look: forge ${command} --dry-run`
  if (options.yes || (await confirm(question, surroundings, { otherwise }))) return true
  surroundings.stderr.write('Nothing was changed.\n')
  return false
}
