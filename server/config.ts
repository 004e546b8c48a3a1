import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PROJECT_NAMES, type ProjectNames } from '../api/project-names.ts'
import type { PriceBook } from '../core/prices/price-book.ts'
import { Problem } from '../core/problem.ts'
import { contractPrices } from '../store/contract-prices.ts'
import { isPostgresUrl } from '../store/database-url.ts'
import { VIEWERS, type Viewers } from './access/policy.ts'
import { trustedProxies } from './client-address.ts'

/** What a server can be told, and how. A flag wins over the environment, which wins over the default. */
export interface ServerSetting {
  /** As the command line declares it. Secrets have none: other users of a machine can read arguments. */
  readonly flag?: string
  readonly env: string
  readonly default?: string
  readonly summary: string
}

/** Every setting of a server; help and documents are made from this table. */
export const SERVER_SETTINGS = {
  port: { flag: '--port <number>', env: 'FORGE_PORT', default: '8420', summary: 'Port to listen on.' },
  host: {
    flag: '--host <address>',
    env: 'FORGE_HOST',
    default: '127.0.0.1',
    summary: 'Address to listen on; 0.0.0.0 lets other machines in.',
  },
  data: {
    flag: '--data <folder>',
    env: 'FORGE_DATA_DIR',
    default: '~/.claudeforge/server',
    summary: 'Folder in which everything is kept.',
  },
  database: {
    env: 'FORGE_DATABASE_URL',
    summary: 'Address of a PostgreSQL database (postgres://…), instead of usage.db in the data folder.',
  },
  public_url: {
    env: 'FORGE_PUBLIC_URL',
    summary: 'Where machines and browsers reach the server, such as https://forge.example.org: for what it prints.',
  },
  api_key: {
    env: 'FORGE_API_KEY',
    summary: 'A key of an administrator, for the original’s clients and for programs.',
  },
  api_key_file: { env: 'FORGE_API_KEY_FILE', summary: 'A file that holds that key, for secrets of containers.' },
  trusted_proxies: {
    env: 'FORGE_TRUSTED_PROXIES',
    summary: 'Addresses and networks of your reverse proxies, whose X-Forwarded-For is believed.',
  },
  prices: {
    env: 'FORGE_PRICES',
    default: 'prices.json',
    summary: 'A file of contract prices, in the data folder unless it is a path (docs/prices.md).',
  },
  viewers: {
    env: 'FORGE_VIEWERS',
    default: 'signed-in',
    summary: 'Who may look: signed-in, or anyone who reaches the server. Changing things always needs a sign-in.',
  },
  project_names: {
    env: 'FORGE_PROJECT_NAMES',
    default: 'names',
    summary: 'What is kept of projects: names, hashed or off. Also done to what is already kept.',
  },
} as const satisfies Readonly<Record<string, ServerSetting>>

/** Flags as typed. */
export interface ServerFlags {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly data?: string | undefined
  /** A made-up year instead of anyone's data. */
  readonly demo?: boolean | undefined
}

export interface ServerConfig {
  /** 0 takes any free port. */
  readonly port: number
  readonly host: string
  readonly data: string
  /** The SQLite file, or the address of the PostgreSQL database, with its password. */
  readonly database: string
  /** Where others reach the server, as far as its operator says; without a slash at its end. */
  readonly public_url: string | undefined
  readonly api_key: string | undefined
  readonly isTrustedProxy: (address: string) => boolean
  readonly project_names: ProjectNames
  readonly viewers: Viewers
  /** What is really paid, where someone has said so. */
  readonly contract: PriceBook | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** A key of the operator's own that is shorter is accepted, with a warning. */
export const SHORTEST_GOOD_KEY = 16

/** The settings in force. Throws `invalid-request` for one that cannot be meant. */
export function serverConfig(
  flags: ServerFlags,
  { env, home }: { readonly env: Environment; readonly home: string },
): ServerConfig {
  const chosen = (name: 'port' | 'host' | 'data') => {
    const { flag, env: variable, default: fallback } = SERVER_SETTINGS[name]
    const typed = flags[name]
    if (typed !== undefined) return { value: typed, origin: flag.split(' ')[0] as string }
    return { value: given(env, variable) ?? fallback, origin: variable }
  }
  const data = folder(chosen('data').value, home)
  return {
    port: parsePort(chosen('port')),
    host: parseHost(chosen('host')),
    data,
    database: database(env, data),
    public_url: publicUrl(env),
    api_key: ownKey(env),
    isTrustedProxy: proxies(env),
    project_names: projectNames(env),
    viewers: viewers(env),
    contract: contract(env, data),
  }
}

/** A variable's value. An empty one counts as unset: compose files hand on what is not set as an empty text. */
function given(env: Environment, variable: string): string | undefined {
  const value = env[variable]
  return value === undefined || value.trim() === '' ? undefined : value
}

interface Chosen {
  readonly value: string
  readonly origin: string
}

function parsePort({ value, origin }: Chosen): number {
  const text = value.trim()
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new Problem('invalid-request', `${origin} ${value} is not a port.`, {
    hint: 'A port is a whole number from 1 to 65535; 0 takes any free one.',
  })
}

function parseHost({ value, origin }: Chosen): string {
  const text = value.trim().replace(/^\[(.*)\]$/, '$1')
  if (/^[\w.:%-]+$/.test(text)) return text
  throw new Problem('invalid-request', `${origin} ${value} is not an address to listen on.`, {
    hint: 'Works: 127.0.0.1 (this machine only), 0.0.0.0 (every interface), or an address of this machine.',
  })
}

function publicUrl(env: Environment): string | undefined {
  const { env: variable } = SERVER_SETTINGS.public_url
  const text = given(env, variable)?.trim()
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw new Problem('invalid-request', `${variable} ${text} is no address of a server.`, {
    hint: 'Such as https://forge.example.org, or http://nas:8420.',
  })
}

function folder(text: string, home: string): string {
  return resolve(text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text)
}

/** Other programs keep other things behind `DATABASE_URL`, so it counts only where it names a PostgreSQL database. */
function database(env: Environment, data: string): string {
  const { env: variable } = SERVER_SETTINGS.database
  const named = given(env, variable)?.trim()
  const shared = given(env, 'DATABASE_URL')?.trim() ?? ''
  if (named === undefined) return isPostgresUrl(shared) ? shared : join(data, 'usage.db')
  if (isPostgresUrl(named) && URL.canParse(named)) return named
  // Without its value: there may be a password in it.
  throw new Problem('invalid-request', `${variable} is not the address of a PostgreSQL database.`, {
    hint: 'It looks like postgres://USER:PASSWORD@HOST/DATABASE. Unset, a file in the data folder is used.',
  })
}

function proxies(env: Environment): ServerConfig['isTrustedProxy'] {
  const { env: variable } = SERVER_SETTINGS.trusted_proxies
  return trustedProxies(given(env, variable) ?? '', variable)
}

function contract(env: Environment, data: string): PriceBook | undefined {
  const { env: variable, default: fallback } = SERVER_SETTINGS.prices
  const named = given(env, variable)?.trim()
  return contractPrices(resolve(data, named ?? fallback), { is_required: named !== undefined })
}

function projectNames(env: Environment): ProjectNames {
  const { env: variable, default: fallback } = SERVER_SETTINGS.project_names
  const value = (given(env, variable) ?? fallback).trim().toLowerCase()
  const level = PROJECT_NAMES.find((known) => known === value)
  if (level !== undefined) return level
  throw new Problem('invalid-request', `${variable} ${value} is no level of project names.`, {
    hint: `Works: ${PROJECT_NAMES.join(', ')}.`,
  })
}

function viewers(env: Environment): Viewers {
  const { env: variable, default: fallback } = SERVER_SETTINGS.viewers
  const value = (given(env, variable) ?? fallback).trim().toLowerCase()
  const known = VIEWERS.find((name) => name === value)
  if (known !== undefined) return known
  throw new Problem('invalid-request', `${variable} ${value} is nobody who could look.`, {
    hint: `Works: ${VIEWERS.join(', ')}.`,
  })
}

function ownKey(env: Environment): string | undefined {
  const { api_key, api_key_file } = SERVER_SETTINGS
  const path = given(env, api_key_file.env)
  const direct = given(env, api_key.env)
  if (path !== undefined && direct !== undefined) {
    throw new Problem('invalid-request', `${api_key.env} and ${api_key_file.env} are both set.`, {
      hint: 'Unset one of them.',
    })
  }
  const key = path === undefined ? direct : readKeyFile(path)
  // What an HTTP header carries unchanged; a comma would make one key look like two.
  if (key === undefined || /^[\x21-\x2b\x2d-\x7e]+$/.test(key)) return key
  const origin = path === undefined ? api_key.env : `The key in ${path}`
  throw new Problem('invalid-request', `${origin} cannot be sent as a key.`, {
    hint: 'Use letters, digits and signs of ASCII, without spaces, commas and line breaks.',
  })
}

function readKeyFile(path: string): string {
  try {
    const key = readFileSync(path, 'utf8').trim()
    if (key !== '') return key
  } catch (cause) {
    throw new Problem('invalid-request', `Cannot read the key file ${path} (${(cause as Error).message}).`, {
      hint: `Check ${SERVER_SETTINGS.api_key_file.env}.`,
      cause,
    })
  }
  throw new Problem('invalid-request', `The key file ${path} is empty.`, {
    hint: `Put a key into it, or unset ${SERVER_SETTINGS.api_key_file.env}.`,
  })
}
