import { chmod } from 'node:fs/promises'
import { accessSync, constants, existsSync, readFileSync, realpathSync, statfsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { byteCount } from '../../core/format.ts'
import { ledgerHealth } from '../../store/health.ts'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Check, checking, type Patient } from './check.ts'

/** The program, its settings and its ledger. */
export async function programChecks(patient: Patient): Promise<Check[]> {
  return [command(patient), config(patient), await ledger(patient)]
}

/** Others are called `forge`, too: Foundry, Laravel Forge, Atlassian's. */
function command({ surroundings, version }: Patient): Check {
  const { pass, warn } = checking('command', 'Command')
  const [first] = onPath('forge', surroundings)
  const ours = onPath('claudeforge', surroundings).find((path) => isOurs(path, surroundings))
  if (first === undefined) {
    return warn(`forge is not on your PATH; this is ${surroundings.program.script}`, {
      next: 'npm install -g claudeforge, or put its folder on your PATH',
    })
  }
  if (isOurs(first, surroundings)) return pass(`${first} is ours (${version})`)
  return warn(`another program called forge comes first on your PATH: ${first}`, {
    next:
      ours === undefined
        ? 'Put the folder of claudeforge before it.'
        : 'Type claudeforge instead, or put its folder first.',
  })
}

function onPath(name: string, { env }: Surroundings): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).filter(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function isOurs(path: string, { program }: Surroundings): boolean {
  const real = realpathSync(path)
  if (real === program.script) return true
  const manifest = join(dirname(real), 'package.json')
  return existsSync(manifest) && /"name":\s*"claudeforge"/.test(readFileSync(manifest, 'utf8'))
}

function config({ config: { path, warnings, server_url } }: Patient): Check {
  const { pass, warn } = checking('config', 'Settings')
  if (!existsSync(path)) return pass(server_url === undefined ? 'none yet' : 'in the environment')
  const mode = statSync(path).mode & 0o777
  const [warning] = warnings
  if (warning === undefined) return pass(`${path}, mode ${mode.toString(8)}`)
  return warn(`${path} holds your key, and others may read it (mode ${mode.toString(8)})`, {
    next: `chmod 600 ${path}`,
    fix: { about: `close ${path} to others`, run: () => chmod(path, 0o600) },
  })
}

/** What Linux calls file systems that lie elsewhere. SQLite's locks are not to be relied upon there. */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
])

async function ledger({ ledger: open, surroundings }: Patient): Promise<Check> {
  const { pass, warn, fail } = checking('ledger', 'Ledger')
  const folder = forgeFolder(surroundings)
  if (open === undefined) {
    return fail(`${join(folder, 'ledger.db')} cannot be opened`, { next: 'What it says: forge sync --status' })
  }
  const { sqlite_version: version, has_safe_wal, damage } = await ledgerHealth(open.db)
  if (damage !== undefined) {
    return fail(`${open.path} is damaged (${damage})`, {
      next: 'Move it aside; the next sync makes it anew from the transcripts. Its days are on the server.',
    })
  }
  const remote = REMOTE.get(statfsSync(folder).type)
  const text = `${open.path}, ${byteCount(statSync(open.path).size)}, whole; SQLite ${version}`
  if (remote !== undefined) {
    return warn(`${text}, on ${remote}, where its locks cannot be relied upon`, {
      next: 'Let one machine at a time use it, or give each its own HOME.',
    })
  }
  if (!has_safe_wal) return warn(`${text}, which is slower here`, { next: 'Node 24.15 or newer brings a newer one.' })
  return pass(text)
}
