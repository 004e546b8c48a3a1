import { keptProject, type ProjectPrivacy } from '../api/project-names.ts'
import { type Db, type Ledger, openServerLedger } from '../store/open.ts'
import { renameProjects } from '../store/projects.ts'
import { ONLY_OWNER } from '../store/schema.ts'
import { projectSecret } from '../store/sequence.ts'
import { transact } from '../store/transact.ts'
import { sharedCounter } from './access/shared-counter.ts'
import { createApp } from './app.ts'
import { readDashboard } from './dashboard.ts'
import { type ServerConfig, serverConfig, type ServerFlags, SHORTEST_GOOD_KEY } from './config.ts'
import { keyForMachine } from './pairing/key-for-machine.ts'
import { listen, stopListening } from './listen.ts'
import { liveNews } from './live.ts'
import { createLog, type LogSink } from './log.ts'
import { eraseOverdueHourly } from './machines/erase-overdue.ts'
import { readAheadHourly } from './read-ahead.ts'
import { serverId } from './server-id.ts'
import { isAnyoneSignedIn, makeSetupLink } from './setup-link.ts'
import { openDemoLedger } from './demo/open.ts'
import { commandFor, demoText, isLoopback, localUrl, plainHttpWarning, reachableUrl, startText } from './start-text.ts'

/** Everything outside the program that a server may touch. */
export interface ServerSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the home folder. */
  readonly home: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** IANA name of the zone that this machine runs in. */
  readonly zone: string
  /** What this machine is called in its network. */
  readonly hostname: string
  readonly randomBytes: (count: number) => Uint8Array
  readonly fetch: typeof globalThis.fetch
  /** The start text goes here. */
  readonly stdout: LogSink
  /** Warnings go here, and the log. */
  readonly stderr: LogSink
  /** The version of claudeforge. */
  readonly version: string
  /** Folder of the built dashboard; without one, none is served. */
  readonly web?: string | undefined
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  /** A key for the machine that it runs on, or for another one whose word is taken. */
  admit(machine: { readonly id: string; readonly hostname: string }): Promise<string>
  /** Lets requests in flight finish, for at most five seconds, and closes the ledger. */
  close(): Promise<void>
}

/** `forge serve`: starts a server and says so. Throws a `Problem` for what keeps it from starting. */
export async function serve(flags: ServerFlags, surroundings: ServerSurroundings): Promise<RunningServer> {
  const config = serverConfig(flags, surroundings)
  warnOfWeakKey(config, surroundings)
  const ledger = await (flags.demo ? openDemoLedger(surroundings.now()) : openServerLedger(config.database))
  try {
    return await start(ledger, flags.demo ? { ...config, viewers: 'anyone' } : config, surroundings, flags.demo)
  } catch (error) {
    await ledger.close()
    throw error
  }
}

/** The first signal to stop. Ask for it before starting, so that none is missed; a second one ends the process at once. */
export function stopSignal(process: {
  once(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

async function start(
  ledger: Ledger,
  config: ServerConfig,
  surroundings: ServerSurroundings,
  isDemo = false,
): Promise<RunningServer> {
  const { now, zone, hostname, randomBytes, fetch, stdout, stderr, version } = surroundings
  const { host, data, public_url, api_key, isTrustedProxy, contract, viewers } = config
  let reached: string | null = null
  const log = createLog(stderr, now)
  const projects = await projectPrivacy(ledger, config, randomBytes)
  const news = liveNews(ledger.db, { pool: ledger.pool })
  const app = createApp({
    db: ledger.db,
    ...(ledger.pool === undefined ? {} : { counter: sharedCounter(ledger.pool) }),
    now,
    tz: zone,
    version,
    server_id: await serverId(ledger.db, randomBytes),
    reachedAt: () => reached,
    log,
    randomBytes,
    api_key,
    isTrustedProxy,
    projects,
    contract,
    news,
    viewers,
    dashboard: surroundings.web === undefined ? undefined : readDashboard(surroundings.web),
  })
  const { server, port } = await listen(app, config, fetch)
  reached = public_url ?? reachableUrl({ host, port, hostname })
  // Only now: a link to a server that then cannot start would lead nowhere.
  const setup_link = await firstSignIn(ledger.db, public_url ?? localUrl(host, port), config, surroundings)
  const kept_in = ledger.engine === 'sqlite' ? data : ledger.path
  const forge = commandFor(surroundings.env)
  const text = { version, data: kept_in, host, port, reached, own_key: api_key !== undefined, setup_link, forge }
  stdout.write(isDemo ? demoText(text) : startText(text))
  if (!isLoopback(host)) stderr.write(plainHttpWarning(port))
  log.info({ version, host, port, engine: ledger.engine }, 'started')
  const erasing = eraseOverdueHourly(ledger.db, now, (error) => log.error({ err: error }, 'erasing what was deleted'))
  const ahead = readAheadHourly({ db: ledger.db, now, tz: zone, contract }, (error) =>
    log.error({ err: error }, 'reading days ahead'),
  )

  let stopped: Promise<void> | undefined
  const stop = async () => {
    await news.close()
    await stopListening(server)
    await Promise.all([erasing.stop(), ahead.stop()])
    await ledger.close()
    log.info('stopped')
  }
  return {
    url: localUrl(host, port),
    port,
    admit: ({ id: machine, hostname: label }) =>
      transact(ledger.db, ONLY_OWNER, async (tx) => {
        const wanted = { owner: ONLY_OWNER, machine, hostname: label }
        return (await keyForMachine(tx, wanted, { randomBytes, now: now() })).key
      }),
    close: () => (stopped ??= stop()),
  }
}

/**
 * A link for the first browser. None where a browser is signed in, nor where a key is set and nobody watches: who
 * automates has another way in, and the output may be kept where others read it.
 */
async function firstSignIn(
  db: Db,
  url: string,
  { api_key }: ServerConfig,
  { randomBytes, now, stdout }: ServerSurroundings,
): Promise<string | undefined> {
  if (api_key !== undefined && stdout.isTTY !== true) return undefined
  if (await isAnyoneSignedIn(db, now())) return undefined
  return makeSetupLink(db, url, { randomBytes, now: now() })
}

/** How much is kept of projects, from now on and of what is kept already. */
async function projectPrivacy(
  ledger: Ledger,
  { project_names: level }: ServerConfig,
  randomBytes: ServerSurroundings['randomBytes'],
): Promise<ProjectPrivacy> {
  return transact(ledger.db, ONLY_OWNER, async (tx) => {
    const secret = await projectSecret(tx, () => Buffer.from(randomBytes(32)).toString('base64url'))
    if (level !== 'names') await renameProjects(tx, ONLY_OWNER, (key) => keptProject(key, { level, secret }))
    return { level, secret }
  })
}

function warnOfWeakKey({ api_key }: ServerConfig, { stderr }: ServerSurroundings): void {
  if (api_key === undefined || api_key.length >= SHORTEST_GOOD_KEY) return
  stderr.write(
    `▲ FORGE_API_KEY is shorter than ${SHORTEST_GOOD_KEY} characters and might be guessed: use a longer one.\n`,
  )
}
