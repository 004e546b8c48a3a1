import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { SystemCommand } from '../install/system-command.ts'
import type { Surroundings } from '../surroundings.ts'

type Where = Pick<Surroundings, 'env' | 'platform'>

/** The command that opens a page in front of this person; undefined where no browser could, or none that they would see. */
export function browserCommand(url: string, { env, platform }: Where): SystemCommand | undefined {
  const isElsewhere = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY', 'CI'].some((name) => Boolean(env[name]))
  if (isElsewhere) return undefined
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  if (env['WSL_DISTRO_NAME']) return ['rundll32.exe', 'url.dll,FileProtocolHandler', url]
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return undefined
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open', url] : undefined
}

/** Opens a page, and does not wait for it; false where that cannot be. */
export async function openPage(url: string, surroundings: Where): Promise<boolean> {
  const command = browserCommand(url, surroundings)
  if (command === undefined) return false
  const [name, ...args] = command
  const opened = spawn(name, args, { env: surroundings.env, stdio: 'ignore', detached: true, windowsHide: true })
  opened.unref()
  return new Promise((resolve) => {
    opened.once('error', () => resolve(false))
    opened.once('spawn', () => resolve(true))
  })
}
