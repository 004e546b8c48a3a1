import { rmSync } from 'node:fs'
import { attempt, type Problem } from '../../core/problem.ts'
import { shimPath } from '../automatic/shim.ts'
import { statusLineShimPath } from '../automatic/statusline-shim.ts'
import { type Installed, readInstalled, writeInstalled } from '../install/record.ts'
import { carryOut, isNoChange, planSettings, type SettingsPlan } from '../install/settings-plan.ts'
import { changeLines } from '../install/show-change.ts'
import { planTimerOff, type TimerPlan, turnOff } from '../install/timer-plan.ts'
import { timerNamed } from '../install/timers/timers.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { confirm } from '../terminal/ask.ts'
import { printDone, printProblem } from '../terminal/messages.ts'
import { styleFor, type StyleFlags } from '../terminal/style.ts'

export interface UninstallOptions extends StyleFlags {
  readonly hooks?: boolean
  readonly timer?: boolean
  readonly statusline?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
}

/**
 * `forge uninstall`: takes out what `forge install` put in, and nothing else. A file that was not changed since is again
 * what it was, to the byte. What was read and sent stays where it is.
 */
export async function uninstallCommand(options: UninstallOptions, surroundings: Surroundings): Promise<ExitCode> {
  const installed = readInstalled(surroundings)
  const isAll = !options.hooks && !options.timer && !options.statusline
  const problems: Problem[] = []
  const settings = attempt(() => thinkOfSettings(options, isAll, installed, surroundings), problems)
  for (const problem of problems) printProblem(problem, surroundings, options)
  const failed: ExitCode = problems.length > 0 ? 1 : 0
  const timer =
    installed.timer !== undefined && (isAll || options.timer)
      ? planTimerOff(timerNamed(installed.timer.name), surroundings)
      : undefined
  const lines = shownChanges(settings, timer, options, surroundings)
  if (settings === undefined && timer === undefined) {
    if (failed === 1) return 1
    printDone('Nothing of claudeforge is in other programs’ files.', surroundings, options)
    return 0
  }
  surroundings.stdout.write(lines.map((line) => `${line}\n`).join(''))
  if (options.dryRun) return failed
  const otherwise = 'To agree beforehand: forge uninstall --yes. Only to look: forge uninstall --dry-run'
  if (!options.yes && !(await confirm('Take this out?', surroundings, { otherwise }))) {
    surroundings.stderr.write('Nothing was changed.\n')
    return failed
  }
  const left = await makeChanges({ settings, timer }, installed, surroundings)
  printDone('Taken out.', surroundings, options)
  if (left.settings === undefined && left.timer === undefined) {
    surroundings.stderr.write(
      'Sync by hand: forge sync. To remove the program, too: npm uninstall -g claudeforge && rm -r ~/.claudeforge\n',
    )
  }
  return failed
}

function thinkOfSettings(
  options: UninstallOptions,
  isAll: boolean,
  { settings }: Installed,
  surroundings: Surroundings,
): SettingsPlan | undefined {
  if (settings === undefined) return undefined
  const wanted = {
    hooks: settings.hooks && !isAll && !options.hooks,
    statusline: settings.statusline && !isAll && !options.statusline,
  }
  if (wanted.hooks === settings.hooks && wanted.statusline === settings.statusline) return undefined
  return planSettings(settings.path, wanted, settings, surroundings)
}

function shownChanges(
  settings: SettingsPlan | undefined,
  timer: TimerPlan | undefined,
  options: UninstallOptions,
  surroundings: Surroundings,
): string[] {
  const style = styleFor(surroundings.stdout, surroundings, options)
  const changes = [
    ...(settings === undefined || isNoChange(settings)
      ? []
      : [{ path: settings.file.path, before: settings.file.text, after: settings.text }]),
    ...(timer?.files ?? []),
  ]
  return [
    ...changes.flatMap(({ path, before, after }) => changeLines(path, before, after, style)),
    ...(timer?.commands ?? []).map((command) => `$ ${command.join(' ')}`),
  ]
}

async function makeChanges(
  { settings, timer }: { settings: SettingsPlan | undefined; timer: TimerPlan | undefined },
  before: Installed,
  surroundings: Surroundings,
): Promise<Installed> {
  let installed = before
  if (settings !== undefined) {
    const record = isNoChange(settings) && !isStillOurs(settings) ? undefined : await carryOut(settings, surroundings)
    installed = { ...installed, settings: record }
    writeInstalled(surroundings, installed)
  }
  if (timer !== undefined) {
    turnOff(timer, surroundings)
    installed = { ...installed, timer: undefined }
    writeInstalled(surroundings, installed)
  }
  // Last, what was called.
  if (!installed.settings?.hooks && installed.timer === undefined) rmSync(shimPath(surroundings), { force: true })
  if (!installed.settings?.statusline) rmSync(statusLineShimPath(surroundings), { force: true })
  return installed
}

function isStillOurs({ wanted }: SettingsPlan): boolean {
  return wanted.hooks || wanted.statusline
}
