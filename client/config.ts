import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT_NAMES, type ProjectNames } from '../api/project-names.ts'
import { serverUrl } from '../api/server-url.ts'
import { Problem } from '../core/problem.ts'
import { cleanName } from '../core/text.ts'
import { forgeFolder } from './forge-folder.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * The settings of a machine: the original's file `~/.claudeforge/config.json`, and variables that win over it. What
 * else stands in the file (the original kept notes of its syncs there) is left as it is.
 */

export type SettingName = 'server_url' | 'api_key' | 'hostname' | 'project_names' | 'project_secret'

interface Setting {
  readonly name: SettingName
  /** As typed after `forge config set`. */
  readonly flag: string
  readonly variable: string
  readonly about: string
  readonly secret?: true
  /** What setting it means for what is stored already. */
  readonly consequence?: (value: string) => string
  /** Throws `invalid-request` for a value that cannot be right. */
  readonly check: (value: string) => string
}

export const SETTINGS: readonly Setting[] = [
  {
    name: 'server_url',
    flag: 'server-url',
    variable: 'FORGE_SERVER_URL',
    about: 'Where your server is, such as http://nas:8420.',
    check: (value) => serverUrl(value).href.replace(/\/+$/, ''),
  },
  {
    name: 'api_key',
    flag: 'api-key',
    variable: 'FORGE_API_KEY',
    about: 'The key of this machine, which forge login gets; or the FORGE_API_KEY of the server.',
    secret: true,
    check: checkKey,
  },
  {
    name: 'hostname',
    flag: 'hostname',
    variable: 'FORGE_HOSTNAME',
    about: "What this machine is called in reports. The system's hostname by default.",
    check: checkHostname,
  },
  {
    name: 'project_names',
    flag: 'project-names',
    variable: 'FORGE_PROJECT_NAMES',
    about: 'What the server is told of projects: names, hashed or off.',
    check: checkProjectNames,
    consequence: (value) => PROJECT_NAMES_CONSEQUENCE[value as ProjectNames],
  },
  {
    name: 'project_secret',
    flag: 'project-secret',
    variable: 'FORGE_PROJECT_SECRET',
    about: 'With hashed names: machines of one secret share the projects of one repository. Random by default.',
    secret: true,
    check: checkProjectSecret,
  },
]

const PROJECT_NAMES_CONSEQUENCE: Readonly<Record<ProjectNames, string>> = {
  names: [
    'From now on the server is told the names of folders and repositories, never their paths.',
    'What it was sent without them stays without.',
  ].join('\n'),
  hashed: [
    'From now on the server can tell projects apart, but not what they are called.',
    'It still has the names that it was sent before; this takes them back: forge sync --force',
  ].join('\n'),
  off: [
    'From now on the server is told of no project.',
    'It still has the projects that it was sent before; this takes them back: forge sync --force',
  ].join('\n'),
}

export type Origin = 'environment' | 'file' | 'default'

export interface ConfigValue {
  readonly setting: Setting
  /** Undefined where it is set nowhere and has no default. */
  readonly value: string | undefined
  readonly origin: Origin
}

export interface Config {
  readonly path: string
  readonly values: readonly ConfigValue[]
  readonly server_url: string | undefined
  readonly api_key: string | undefined
  readonly hostname: string
  readonly project_names: ProjectNames
  readonly project_secret: string | undefined
  /** Sentences about a file that others may read, or that could not be used. */
  readonly warnings: readonly string[]
}

export function ledgerPath(surroundings: Pick<Surroundings, 'home'>): string {
  return join(forgeFolder(surroundings), 'ledger.db')
}

export function configPath(surroundings: Pick<Surroundings, 'home'>): string {
  return join(forgeFolder(surroundings), 'config.json')
}

/** The settings in force: environment over file over default. Throws `invalid-request` for a file that is no JSON. */
export function readConfig(surroundings: Surroundings): Config {
  const path = configPath(surroundings)
  const file = readFile(path)
  const values = SETTINGS.map((setting): ConfigValue => {
    const fromEnvironment = surroundings.env[setting.variable]?.trim()
    if (fromEnvironment) return { setting, value: setting.check(fromEnvironment), origin: 'environment' }
    const fromFile = file.values[setting.name]
    if (typeof fromFile === 'string' && fromFile.trim() !== '') {
      return { setting, value: setting.check(fromFile.trim()), origin: 'file' }
    }
    return { setting, value: defaultOf(setting.name, surroundings), origin: 'default' }
  })
  const valueOf = (name: SettingName) => values.find(({ setting }) => setting.name === name)?.value
  return {
    path,
    values,
    server_url: valueOf('server_url'),
    api_key: valueOf('api_key'),
    hostname: valueOf('hostname') ?? 'unknown',
    project_names: (valueOf('project_names') ?? 'names') as ProjectNames,
    project_secret: valueOf('project_secret'),
    warnings: file.warnings,
  }
}

function defaultOf(name: SettingName, { hostname }: Surroundings): string | undefined {
  return name === 'hostname' ? checkHostname(hostname) : name === 'project_names' ? 'names' : undefined
}

/** Writes one setting into the file, which only its owner may read. An empty value removes it. */
export function writeSetting(surroundings: Surroundings, name: SettingName, value: string): Promise<void> {
  return writeSettings(surroundings, { [name]: value })
}

/** Writes settings into the file, all at once or none. */
export async function writeSettings(
  surroundings: Surroundings,
  given: Readonly<Partial<Record<SettingName, string>>>,
): Promise<void> {
  const path = configPath(surroundings)
  const changed = Object.entries(given).map(([name, value]) => [
    name,
    value.trim() === '' ? null : settingOf(name).check(value.trim()),
  ])
  const values = { ...readFile(path).values, ...Object.fromEntries(changed) }
  try {
    const { default: writeFileAtomic } = await import('write-file-atomic')
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    await writeFileAtomic(path, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
  } catch (cause) {
    throw new Problem('storage', `Cannot write ${path} (${(cause as Error).message}).`, {
      hint: 'Check that the folder belongs to you and has free space. The file is as it was.',
      cause,
    })
  }
}

function settingOf(name: string): Setting {
  const setting = SETTINGS.find((known) => known.name === name)
  if (setting === undefined) throw new Error(`no setting ${name}`)
  return setting
}

/** A key as it may be shown: its first and last characters. */
export function maskKey(key: string): string {
  return key.length < 16 ? '•'.repeat(8) : `${key.slice(0, 4)}…${key.slice(-4)}`
}

function readFile(path: string): { values: Readonly<Record<string, unknown>>; warnings: string[] } {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { values: {}, warnings: [] }
    throw new Problem('storage', `Cannot read ${path} (${(cause as Error).message}).`, {
      hint: 'Check that it belongs to you.',
      cause,
    })
  }
  const values = parseObject(text)
  if (values === undefined) {
    throw new Problem('invalid-request', `${path} is not valid JSON.`, {
      hint: 'Correct it by hand, or remove it and join again: forge login URL',
    })
  }
  const others = statSync(path).mode & 0o077
  const readable = others !== 0 && process.platform !== 'win32' && typeof values['api_key'] === 'string'
  return {
    values,
    warnings: readable ? [`${path} holds your key and others may read it. Close it: chmod 600 ${path}`] : [],
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function checkKey(value: string): string {
  if (/^[\x21-\x2b\x2d-\x7e]{1,512}$/.test(value)) return value
  throw new Problem('invalid-request', 'This is no key: it has spaces, commas or unprintable characters.', {
    hint: 'Copy it again, as one word.',
  })
}

function checkHostname(value: string): string {
  const name = cleanName(value).trim()
  if (name !== '') return name
  throw new Problem('invalid-request', 'A hostname cannot be empty.', {
    hint: 'Such as: forge config set hostname studio',
  })
}

function checkProjectNames(value: string): string {
  const level = PROJECT_NAMES.find((known) => known === value.toLowerCase())
  if (level !== undefined) return level
  throw new Problem('invalid-request', `“${value}” is no level of project names.`, {
    hint: 'Works: names (last part of the folder, or the repository), hashed (a keyed hash), off (nothing).',
  })
}

function checkProjectSecret(value: string): string {
  if (value.length >= 16) return value
  throw new Problem('invalid-request', 'A project secret has 16 characters or more: a shorter one could be guessed.', {
    hint: 'Such as: forge config set project-secret "$(openssl rand -hex 16)"',
  })
}
