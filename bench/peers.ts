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
  /** tokscale 4's native program. */
  readonly tokscale: string | undefined
}

export const CCUSAGE_VERSION = '20.0.24'
const TOKSCALE_VERSION = '4.17.0'

export function installPeers(): Peers {
  return {
    ccusage: program(join('@ccusage', 'ccusage-linux-x64', 'bin', 'ccusage'), [
      `ccusage@${CCUSAGE_VERSION}`,
      `@ccusage/ccusage-linux-x64@${CCUSAGE_VERSION}`,
    ]),
    ccusage_launcher: program(join('ccusage', 'src', 'cli.js')),
    tokscale: program(join('@tokscale', 'cli-linux-x64-gnu', 'bin', 'tokscale'), [
      `@tokscale/cli-linux-x64-gnu@${TOKSCALE_VERSION}`,
    ]),
  }
}

/** A program of packages, which are installed where it is missing; undefined where it cannot be had on this system. */
function program(path: string, packages: readonly string[] = []): string | undefined {
  const folder = cacheFolder('peers')
  const file = join(folder, 'node_modules', path)
  if (!existsSync(file) && packages.length > 0) {
    try {
      if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{"private":true}')
      const install = ['install', '--ignore-scripts', '--no-audit', '--loglevel=error', ...packages]
      execFileSync('npm', install, { cwd: folder })
    } catch {
      process.stderr.write(`${packages[0]} could not be installed; its figures are left out.\n`)
    }
  }
  if (!existsSync(file)) return undefined
  chmodSync(file, 0o755)
  return file
}
