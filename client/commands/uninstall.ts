import { rmSync } from 'node:fs'
import { attempt, type Problem } from '../../core/problem.ts'
import { shimPath } from '../automatic/shim.ts'
import { statusLineShimPath } from '../automatic/statusline-shim.ts'
import { agreed, changesOf, meansAll, type PartOptions, type PartPlans } from '../install/agree.ts'
import { type Installed, readInstalled, writeInstalled } from '../install/record.ts'
import { carryOut, isNoChange, planSettings, type SettingsPlan } from '../install/settings-plan.ts'
import { planTimerOff, turnOff } from '../install/timer-plan.ts'
import { timerNamed } from '../install/timers/timers.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone, printProblem } from '../terminal/messages.ts'

/**
 * `forge uninstall`: takes out what `forge install` put in, and nothing else. A file that was not changed since is again
 * what it was, to the byte. What was read and sent stays where it is.
 */
export async function uninstallCommand(options: PartOptions, surroundings: Surroundings): Promise<ExitCode> {
  const installed = readInstalled(surroundings)
  const isAll = meansAll(options)
  const problems: Problem[] = []
  const settings = attempt(() => thinkOfSettings(options, isAll, installed, surroundings), problems)
  for (const problem of problems) printProblem(problem, surroundings, options)
  const failed: ExitCode = problems.length > 0 ? 1 : 0
  const timer =
    installed.timer !== undefined && (isAll || options.timer)
      ? planTimerOff(timerNamed(installed.timer.name), surroundings)
      : undefined
  if (settings === undefined && timer === undefined) {
    if (failed === 1) return 1
    printDone('Nothing of claudeforge is in other programs’ files.', surroundings, options)
    return 0
  }
  const lines = changesOf({ settings, timer }, options, surroundings)
  const asked = { command: 'uninstall', question: 'Take this out?' }
  if (!(await agreed(lines, asked, options, surroundings))) return failed
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
  options: PartOptions,
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

async function makeChanges(
  { settings, timer }: PartPlans,
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
