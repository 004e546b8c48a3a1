import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './corpora.ts'

/** Programs for the same job, to be measured beside ours. Installed outside the project's own dependencies. */
export interface Peers {
  /** ccusage 20's native program; undefined where it cannot be had on this system. */
  readonly ccusage: string | undefined
  /** The same as npm installs it: a Node program that starts the native one. */
  readonly ccusage_launcher: string | undefined
}

export const CCUSAGE_VERSION = '20.0.24'

export function installPeers(): Peers {
  const folder = cacheFolder('peers')
  const native = join(folder, 'node_modules', '@ccusage', 'ccusage-linux-x64', 'bin', 'ccusage')
  const launcher = join(folder, 'node_modules', 'ccusage', 'src', 'cli.js')
  if (!existsSync(native)) {
    try {
      writeFileSync(join(folder, 'package.json'), '{"private":true}')
      const packages = [`ccusage@${CCUSAGE_VERSION}`, `@ccusage/ccusage-linux-x64@${CCUSAGE_VERSION}`]
      execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--loglevel=error', ...packages], {
        cwd: folder,
      })
    } catch {
      process.stderr.write('ccusage could not be installed; its figures are left out.\n')
    }
  }
  if (existsSync(native)) chmodSync(native, 0o755)
  return {
    ccusage: existsSync(native) ? native : undefined,
    ccusage_launcher: existsSync(launcher) ? launcher : undefined,
  }
}
