import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { ago, counted } from '../../core/format.ts'
import { lastCalls } from '../automatic/calls.ts'
import { lastRuns } from '../automatic/log.ts'
import { shimPath, writeShim } from '../automatic/shim.ts'
import { installCommand } from '../commands/install.ts'
import { hookCommands, valueAt } from '../install/settings-edit.ts'
import { claudeFolder, readSettings } from '../install/settings-file.ts'
import { ourHooks } from '../install/settings-plan.ts'
import { runSystem } from '../install/system-command.ts'
import { timerHere } from '../install/timers/timers.ts'
import { readFacts } from '../line/facts.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Check, checking, type Patient } from './check.ts'

/** Does it go by itself, and did it? */
export function automaticChecks(patient: Patient): Check[] {
  return [settings(patient), hooks(patient), shim(patient), timer(patient), limits(patient), runs(patient)]
}

/** Claude Code's settings: with an error in them it reads none, and runs no hook. */
function settings({ surroundings }: Patient): Check {
  const { pass, fail, warn } = checking('settings', 'Its settings')
  const path = settingsPath(surroundings)
  if (path === undefined) return pass('Claude Code has none here')
  try {
    const { text } = readSettings(path)
    if (valueAt(text, ['disableAllHooks']) === true) {
      return warn(`${path} turns off all hooks (disableAllHooks)`, { next: 'The timer goes on: forge install --timer' })
    }
    return pass(`${path} is well-formed`)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return fail(error.message.replace(' was left as it is: it has', ' has'), {
      next: 'Correct it: Claude Code reads nothing of a file with errors.',
    })
  }
}

function settingsPath(surroundings: Surroundings): string | undefined {
  const folder = claudeFolder(surroundings)
  if (folder === undefined) return undefined
  const path = join(folder, 'settings.json')
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : path
}

function hooks({ machine, surroundings }: Patient): Check {
  const { pass, warn, fail } = checking('hooks', 'Hooks')
  const wanted = machine?.installed.settings?.hooks ?? false
  const there = commandsThere(surroundings)
  const missing = ourHooks(surroundings).filter(({ command }) => !there.includes(command))
  if (!wanted && missing.length > 0) return warn('off', { next: 'forge install --hooks' })
  if (missing.length > 0) {
    return fail(
      `${missing.map(({ event }) => event).join(', ')} ${missing.length > 1 ? 'are' : 'is'} gone from Claude Code’s settings`,
      {
        next: 'forge install --hooks',
        fix: {
          about: 'put the hooks back into Claude Code’s settings',
          run: () => reinstall({ hooks: true }, surroundings),
        },
      },
    )
  }
  const calls = lastCalls(surroundings)
  const latest = Math.max(0, ...ourHooks(surroundings).map(({ event }) => calls.get(event) ?? 0))
  return pass(
    `SessionStart, Stop, SessionEnd; ${latest === 0 ? 'none has called yet' : `last called ${ago(Math.max(0, surroundings.now() - latest))}`}`,
  )
}

function commandsThere(surroundings: Surroundings): string[] {
  const path = settingsPath(surroundings)
  if (path === undefined) return []
  try {
    return hookCommands(readSettings(path).text)
  } catch (error) {
    if (error instanceof Problem) return []
    throw error
  }
}

/** Runs the shim as a hook may find itself: with nothing in its environment. */
function shim({ machine, surroundings, version }: Patient): Check {
  const { pass, fail, skip } = checking('shim', 'Bare call')
  const isNeeded = machine?.installed.settings?.hooks === true || machine?.installed.timer !== undefined
  if (!isNeeded) return skip('not checked: nothing calls it')
  if (surroundings.platform === 'win32') return skip('not checked on Windows')
  const fix = { about: `write ${shimPath(surroundings)} anew`, run: async () => void (await writeShim(surroundings)) }
  const ran = runSystem(['/bin/sh', shimPath(surroundings), '--detached', 'check'], { env: {} })
  const said = ran?.stdout.trim() ?? ''
  if (said === version) return pass(`finds Node and claudeforge ${version} without any environment`)
  if (/^\d+\.\d+/.test(said)) {
    return fail(`leads to claudeforge ${said}; this is ${version}`, { next: 'forge doctor --fix', fix })
  }
  return fail('finds no Node, or no claudeforge, in an environment without PATH', { next: 'forge doctor --fix', fix })
}

function timer({ machine, surroundings }: Patient): Check {
  const { pass, warn, fail, skip } = checking('timer', 'Timer')
  if (machine?.timer === undefined) {
    if (timerHere(surroundings) === undefined) return skip('this system has none for users; the hooks are enough')
    return warn('off', { next: 'forge install --timer' })
  }
  const { title, on, next } = machine.timer
  if (on) return pass(`${title}, every 30 min${next === undefined ? '' : `, next ${next}`}`)
  return fail(`the ${title} was turned off`, {
    next: 'forge install --timer',
    fix: { about: `turn on the ${title}`, run: () => reinstall({ timer: true }, surroundings) },
  })
}

function limits({ machine, surroundings }: Patient): Check {
  const { pass, skip } = checking('limits', 'Plan limits')
  const known = readFacts(surroundings)?.limits ?? []
  if (known.length > 0) return pass(`${counted(known.length, 'window')} known: forge limits`)
  return machine?.installed.settings?.statusline
    ? pass('nothing heard yet: Claude Code tells them after the first answer, and only of plans')
    : skip('not known: forge install --statusline')
}

/** How the last runs ended. */
function runs({ machine, surroundings }: Patient): Check {
  const { pass, warn, fail, skip } = checking('runs', 'Runs')
  const [last] = lastRuns(1, surroundings)
  if (machine?.pause !== undefined) return warn('paused: nothing is sent by itself', { next: 'forge resume' })
  if (machine?.automatic.refused !== undefined) {
    return fail(`stopped: ${machine.automatic.refused.message}`, { next: 'forge login URL' })
  }
  if (last === undefined) return skip('none yet')
  const age = ago(Math.max(0, surroundings.now() - Date.parse(last.at)))
  if (last.problem === undefined) return pass(`the last one, ${age}, went well`)
  return warn(`the last one, ${age}, failed: ${last.problem.message}`, { next: 'forge log' })
}

async function reinstall(parts: { hooks?: boolean; timer?: boolean }, surroundings: Surroundings): Promise<void> {
  // What it would show was agreed to already.
  const stdout = { ...surroundings.stdout, write: () => undefined }
  await installCommand({ ...parts, yes: true }, { ...surroundings, stdout })
}
