import { spawnSync } from 'node:child_process'
import type { Surroundings } from '../surroundings.ts'

/** A command of the operating system with its arguments, none of which goes through a shell. */
export type SystemCommand = readonly [name: string, ...args: string[]]

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const TIMEOUT_MS = 15_000

/** Runs a command of the system to its end; undefined where there is no such command. */
export function runSystem(
  [name, ...args]: SystemCommand,
  { env }: Pick<Surroundings, 'env'>,
  input = '',
): Ran | undefined {
  const { status, stdout, stderr, error } = spawnSync(name, args, {
    env,
    input,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    windowsHide: true,
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined
  return { code: status ?? 1, stdout: stdout ?? '', stderr: stderr ?? '' }
}
