import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { nobody } from '../support/nobody.ts'
import { linkPackages } from '../support/packages.ts'
import { copyContext } from './context.ts'
import { environmentOf, execForm, type Stage, valuesOf } from './dockerfile.ts'

/**
 * An image without Docker: its build steps are run in a folder, and its command with its environment, as its user and,
 * where this machine allows it, with a root file system that cannot be written.
 */
export interface Image {
  readonly folder: string
  readonly stage: Stage
}

const checkout = join(import.meta.dirname, '../..')

/** The checks of user and of a read-only root need root itself, and the root also a mount namespace. */
export const isRoot = process.getuid?.() === 0
const REMOUNT = 'mount --make-rprivate / && mount -o remount,bind,ro /'
export const canBeReadOnly = isRoot && spawnSync('unshare', ['-m', 'sh', '-c', REMOUNT]).status === 0

/** Runs the steps of both stages in `folder`; `npm ci` is left out, since what it would install lies here already. */
export function buildImage(stages: readonly [Stage, Stage], folder: string): Image {
  const [build, stage] = stages
  const workspace = join(folder, 'build')
  copyContext(checkout, workspace)
  linkPackages(checkout, workspace)
  for (const command of valuesOf(build, 'RUN').filter((value) => !value.startsWith('npm ci'))) {
    const env = { PATH: process.env['PATH'], HOME: join(folder, 'build-home') }
    const { status, stderr, stdout } = spawnSync('sh', ['-c', command], { cwd: workspace, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`RUN ${command} ended with ${status}: ${stdout}${stderr}`)
  }
  for (const value of valuesOf(stage, 'COPY')) {
    const [, from = '', to = ''] = /^--from=build (\S+) (\S+)$/.exec(value) ?? []
    cpSync(join(folder, from), join(folder, to), { recursive: true })
  }
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  if (isRoot) chownSync(join(folder, 'data'), ...userOf(stage))
  // Where tests run, Node may lie in a folder that is closed to others.
  mkdirSync(join(folder, 'bin'))
  copyFileSync(process.execPath, join(folder, 'bin/node'))
  chmodSync(folder, 0o755)
  return { folder, stage }
}

export interface Container {
  readonly url: string
  readonly printed: () => string
  readonly isHealthy: () => boolean
  /** Sends a signal, and returns the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>
}

/** How often its health is asked for until it counts as failed: about half a minute. */
const MOST_TRIES = 200

/** Starts the image's entrypoint, and waits until its own health check passes. */
export async function runContainer(image: Image, given: Readonly<Record<string, string>>): Promise<Container> {
  const env = { FORGE_PORT: new URL(await nobody()).port, ...given }
  const [command = '', ...args] = inContainer(image, entrypointOf(image))
  const child = spawn(command, args, { cwd: '/', env: environmentIn(image, env), stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let printed = ''
  const take = (text: string) => void (printed += text)
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const isHealthy = () => runIn(image, healthCheckOf(image), env).status === 0
  const stop = async (signal: NodeJS.Signals) => {
    if (isRunning(child)) child.kill(signal)
    await ended
    return child.exitCode
  }
  for (let tries = 0; !isHealthy() || !printed.includes('"started"'); tries++) {
    if (!isRunning(child) || tries === MOST_TRIES) {
      await stop('SIGKILL')
      throw new Error(`it is not healthy, and ended with ${child.exitCode}: ${printed}`)
    }
    await sleep(50)
  }
  return { url: `http://127.0.0.1:${env.FORGE_PORT}`, printed: () => printed, isHealthy, stop }
}

/** Runs another command in the image, to its end. */
export function runIn(image: Image, command: readonly string[], given: Readonly<Record<string, string>> = {}) {
  const [name = '', ...args] = inContainer(image, command)
  return spawnSync(name, args, { cwd: '/', env: environmentIn(image, given), encoding: 'utf8' })
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function entrypointOf({ stage }: Image): string[] {
  return execForm(valuesOf(stage, 'ENTRYPOINT').join())
}

function healthCheckOf({ stage }: Image): string[] {
  return execForm(
    valuesOf(stage, 'HEALTHCHECK')
      .join()
      .replace(/^.*?CMD /, ''),
  )
}

function userOf(stage: Stage): [uid: number, gid: number] {
  const [uid, gid] = valuesOf(stage, 'USER').join().split(':').map(Number)
  return [uid ?? Number.NaN, gid ?? Number.NaN]
}

/** The image's own environment, then what a container is given. */
function environmentIn(image: Image, given: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(environmentOf(image.stage)).map(([name, value]) => [name, placeIn(image, value)] as const)
  return { PATH: `${join(image.folder, 'bin')}:/usr/bin:/bin`, ...Object.fromEntries(own), ...given }
}

/** `/app/…` and `/data` of the image are folders here. */
function placeIn({ folder }: Image, text: string): string {
  return /^\/(app|data)(\/|$)/.test(text) ? join(folder, text) : text
}

/** A command as the image's user, without any capability, where only `/data` can be written. */
function inContainer(image: Image, command: readonly string[]): string[] {
  const placed = command.map((part) => placeIn(image, part))
  if (!isRoot) return placed
  const [uid, gid] = userOf(image.stage)
  const rights = ['--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...rights, ...placed]
  if (!canBeReadOnly) return asUser
  const mounts = `mount --bind "$0" "$0" && ${REMOUNT} && exec "$@"`
  return ['unshare', '-m', 'sh', '-c', mounts, join(image.folder, 'data'), ...asUser]
}
