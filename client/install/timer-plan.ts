import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { Problem } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'
import { runSystem, type SystemCommand } from './system-command.ts'
import type { Timer, TimerPlace } from './timers/timer.ts'

/** Files that change, as texts before and after; and what is run then. */
export interface TimerPlan {
  readonly timer: Timer
  readonly files: readonly { readonly path: string; readonly before: string; readonly after: string }[]
  readonly commands: readonly SystemCommand[]
}

/** What turning a timer on changes. */
export function planTimerOn(timer: Timer, place: TimerPlace): TimerPlan {
  const files = timer.files(place).map(({ path, text }) => ({ path, before: textOf(path), after: text }))
  return { timer, files: [...files, ...tableChange(timer, 'with', place)], commands: timer.start(place) }
}

/** What turning it off changes. */
export function planTimerOff(timer: Timer, place: TimerPlace): TimerPlan {
  const files = timer.files(place).map(({ path }) => ({ path, before: textOf(path), after: '' }))
  return { timer, files: [...files, ...tableChange(timer, 'without', place)], commands: timer.stop(place) }
}

/** Is there nothing to change, and is it already on? */
export function isTimerOn({ timer, files }: TimerPlan, place: TimerPlace): boolean {
  return files.every(({ before, after }) => before === after) && timer.status(place).on
}

export async function turnOn({ timer }: TimerPlan, surroundings: Surroundings): Promise<void> {
  // One of an earlier version may be on; that there is none is no failure.
  if (timer.files(surroundings).some(({ path }) => existsSync(path))) {
    for (const command of timer.stop(surroundings)) runSystem(command, surroundings)
  }
  for (const { path, text } of timer.files(surroundings)) {
    mkdirSync(dirname(path), { recursive: true })
    await writeFileAtomic(path, text)
  }
  writeTable(timer, 'with', surroundings)
  for (const command of timer.start(surroundings)) {
    const ran = runSystem(command, surroundings)
    if (ran?.code === 0) continue
    throw new Problem('storage', `${command.join(' ')} failed (${ran?.stderr.trim() ?? 'no such program'}).`, {
      hint: 'The hooks of Claude Code are enough on their own: forge install --hooks',
    })
  }
}

export function turnOff({ timer }: TimerPlan, surroundings: Surroundings): void {
  for (const command of timer.stop(surroundings)) runSystem(command, surroundings)
  for (const { path } of timer.files(surroundings)) rmSync(path, { force: true })
  writeTable(timer, 'without', surroundings)
  for (const command of timer.afterwards(surroundings)) runSystem(command, surroundings)
}

function tableChange({ table }: Timer, change: 'with' | 'without', place: TimerPlace) {
  if (table === undefined) return []
  const before = table.read(place)
  return [{ path: 'crontab', before, after: table[change](before, place) }]
}

function writeTable({ table }: Timer, change: 'with' | 'without', place: TimerPlace): void {
  if (table === undefined) return
  const before = table.read(place)
  const after = table[change](before, place)
  if (after !== before) table.write(after, place)
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
