import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { shimCommand, writeShim } from '../../client/automatic/shim.ts'
import type { Caller } from '../../client/automatic/callers.ts'
import { type LoggedRun, parseRuns } from '../../client/automatic/log.ts'
import { PROGRAM } from './program.ts'

/** Puts a shim into a home, and returns the command that Claude Code would call. */
export async function hookIn(
  home: string,
  program = { node: process.execPath, script: PROGRAM },
): Promise<(caller: Caller) => string> {
  const place = { home, platform: process.platform, program }
  await writeShim(place)
  return (caller) => shimCommand(caller, place)
}

/** Calls a hook as Claude Code does: by a shell, in a process group of its own, with JSON on its standard input. */
export function callHook(command: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn('/bin/sh', ['-c', command], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(JSON.stringify({ hook_event_name: 'Stop', last_assistant_message: 'x'.repeat(10_000) }))
  return child
}

/** The runs that a home's log tells of. */
export function runsIn(home: string): LoggedRun[] {
  const path = join(home, '.claudeforge/automatic/log.ndjson')
  // It may have been made just now, and hold nothing yet.
  return existsSync(path) ? parseRuns(readFileSync(path, 'utf8')) : []
}

/** Waits for runs to be logged; throws when they do not come. */
export async function untilRuns(home: string, count: number): Promise<LoggedRun[]> {
  for (let i = 0; i < 600; i++) {
    const runs = runsIn(home)
    if (runs.length >= count) return runs
    await sleep(100)
  }
  throw new Error(`${count} runs did not come`)
}
