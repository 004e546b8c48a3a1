import { attempt, Problem } from '../../core/problem.ts'
import { writeShim } from '../automatic/shim.ts'
import { writeStatusLineShim } from '../automatic/statusline-shim.ts'
import { agreed, changesOf, meansAll, type PartOptions, type PartPlans } from '../install/agree.ts'
import { type Installed, readInstalled, writeInstalled } from '../install/record.ts'
import { carryOut, isNoChange, planSettings, type SettingsPlan } from '../install/settings-plan.ts'
import { claudeFolder } from '../install/settings-file.ts'
import { valueAt } from '../install/settings-edit.ts'
import { isTimerOn, planTimerOn, type TimerPlan, turnOn } from '../install/timer-plan.ts'
import { timerHere } from '../install/timers/timers.ts'
import { join } from 'node:path'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone, printNote, printProblem } from '../terminal/messages.ts'
import { TIMER_MINUTES } from '../install/timers/timer.ts'

interface Plans extends PartPlans {
  /** What cannot be done, which keeps nothing else from being done. */
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}

/**
 * `forge install`: hooks of Claude Code and a timer of the system, so that sync goes by itself. Shows every change, asks
 * once, and remembers what it did, so that `forge uninstall` can undo it to the byte.
 */
export async function installCommand(options: PartOptions, surroundings: Surroundings): Promise<ExitCode> {
  refuseFleeting(surroundings)
  const installed = readInstalled(surroundings)
  const plans = think(options, installed, surroundings)
  for (const note of plans.notes) printNote(note, surroundings, options)
  for (const problem of plans.problems) printProblem(problem, surroundings, options)
  const failed: ExitCode = plans.problems.length > 0 ? 1 : 0
  const lines = changesOf(withoutTimerThatIsOn(plans, surroundings), options, surroundings)
  if (lines.length === 0) {
    if (failed === 0) await writeShim(surroundings)
    if (failed === 0) printDone('Everything is in place already: forge status', surroundings, options)
    return failed
  }
  const asked = { command: 'install', question: 'Make these changes?' }
  if (!(await agreed(lines, asked, options, surroundings))) return failed
  await makeChanges(plans, installed, options, surroundings)
  return failed
}

function think(options: PartOptions, installed: Installed, surroundings: Surroundings): Plans {
  const isAll = meansAll(options)
  // On Windows a window flashes at every hook (anthropics/claude-code#82975), so there it has to be asked for.
  const asked = {
    hooks: options.hooks ?? (isAll && surroundings.platform !== 'win32'),
    timer: options.timer ?? isAll,
    statusline: options.statusline ?? false,
  }
  const problems: Problem[] = []
  const notes: string[] = []
  const settings =
    asked.hooks || asked.statusline
      ? attempt(() => thinkOfSettings(asked, installed, notes, surroundings), problems)
      : undefined
  const timer = asked.timer ? attempt(() => thinkOfTimer(notes, surroundings), problems) : undefined
  return { ...(settings && { settings }), ...(timer && { timer }), problems, notes }
}

function thinkOfSettings(
  asked: { hooks: boolean; statusline: boolean },
  { settings: before }: Installed,
  notes: string[],
  surroundings: Surroundings,
): SettingsPlan | undefined {
  const folder = claudeFolder(surroundings)
  if (folder === undefined) {
    notes.push('Claude Code has no folder here yet, so it has no hooks. Once it has run: forge install')
    return undefined
  }
  const path = join(folder, 'settings.json')
  const wanted = {
    hooks: asked.hooks || (before?.hooks ?? false),
    statusline: asked.statusline || (before?.statusline ?? false),
  }
  const plan = planSettings(path, wanted, before, surroundings)
  if (surroundings.platform === 'win32' && wanted.statusline && plan.status_line !== null) {
    notes.push('There is a status line already, and on Windows none can be put around it. It was left as it is.')
    return planSettings(path, { ...wanted, statusline: false }, before, surroundings)
  }
  if (!hasPlugin(plan.file.text) || !wanted.hooks) return plan
  notes.push('The plugin in Claude Code brings the hooks along; they are not put in a second time.')
  return planSettings(path, { ...wanted, hooks: false }, before, surroundings)
}

function hasPlugin(text: string): boolean {
  const plugins = valueAt(text, ['enabledPlugins'])
  const entries = typeof plugins === 'object' && plugins !== null ? Object.entries(plugins) : []
  return entries.some(([name, isOn]) => name.startsWith('claudeforge@') && isOn === true)
}

function thinkOfTimer(notes: string[], surroundings: Surroundings): TimerPlan | undefined {
  const timer = timerHere(surroundings)
  if (timer !== undefined) return planTimerOn(timer, surroundings)
  notes.push('This system has no timer for users (systemd, launchd, cron). The hooks alone are enough.')
  return undefined
}

function withoutTimerThatIsOn({ settings, timer }: Plans, surroundings: Surroundings): PartPlans {
  return timer === undefined || isTimerOn(timer, surroundings) ? { settings } : { settings, timer }
}

async function makeChanges(
  { settings, timer }: Plans,
  before: Installed,
  options: PartOptions,
  surroundings: Surroundings,
): Promise<void> {
  let installed = before
  const remember = async (more: Installed) => {
    installed = { ...installed, ...more }
    writeInstalled(surroundings, installed)
  }
  // First what is called, then what calls it.
  await writeShim(surroundings)
  if (settings?.wanted.statusline) await writeStatusLineShim(commandOf(settings.status_line), surroundings)
  if (settings !== undefined && !isNoChange(settings)) {
    const record = await carryOut(settings, surroundings)
    await remember({ settings: record })
    const parts = [
      ...(settings.wanted.hooks ? ['Hooks of Claude Code'] : []),
      ...(settings.wanted.statusline ? ['Status line'] : []),
    ]
    const copy = record?.backup ? `  (as it was: ${record.backup})` : ''
    printDone(`${parts.join(' and ')} in ${settings.file.path}${copy}`, surroundings, options)
  }
  if (timer !== undefined && !isTimerOn(timer, surroundings)) {
    await turnOn(timer, surroundings)
    await remember({ timer: { name: timer.timer.name } })
    printDone(`A ${timer.timer.title}, every ${TIMER_MINUTES} minutes`, surroundings, options)
  }
  surroundings.stderr.write('Sessions of Claude Code that run already get the hooks when they are started again.\n')
}

/** The command of a status line; empty where there is none, or it is of another kind. */
function commandOf(status_line: object | null): string {
  const { type, command } = (status_line ?? {}) as { type?: unknown; command?: unknown }
  return type === 'command' && typeof command === 'string' ? command : ''
}

/** The cache of npx is emptied now and then, and a hook that leads into it would be dead one day. */
function refuseFleeting({ program }: Surroundings): void {
  if (!/[/\\]_npx[/\\]/.test(program.script)) return
  throw new Problem('invalid-request', 'This forge runs out of the cache of npx, which is emptied now and then.', {
    hint: 'Install it for good, then again: npm install -g claudeforge && forge install',
  })
}
