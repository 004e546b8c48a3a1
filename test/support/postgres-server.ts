import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A real PostgreSQL of a test run, in a folder of its own, reached by a socket in it. */
export interface PostgresServer {
  /** Of its superuser, to the database `postgres`. */
  readonly url: string
  start(): Promise<void>
  /** `immediate` is as a crash; `fast` ends the connections, and no transaction is lost. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

/** Where Debian, Homebrew and others put the programs of PostgreSQL, if they are not on the PATH. */
const FOLDERS = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']

/** The folder of `initdb` and `postgres`; undefined where this machine has none. */
export function findPostgres(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(':')
  const elsewhere = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).map((version) => join(folder, version, 'bin')),
  )
  return [...onPath, ...elsewhere.toSorted().toReversed()].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/** Why there is no PostgreSQL to test with; undefined where there is one. */
export function whyNoPostgres(): string | undefined {
  if (process.platform === 'win32') return 'tests reach PostgreSQL by a Unix socket'
  return findPostgres() === undefined ? 'this machine has no initdb and postgres' : undefined
}

/** Makes a cluster in a new folder, or takes the one that is there, and starts it. PostgreSQL does not run as root, so root starts it as someone else. */
export async function startPostgres({
  folder = newFolder(),
  options = [] as readonly string[],
} = {}): Promise<PostgresServer> {
  const programs = findPostgres() as string
  const user = unprivileged()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  if (!existsSync(data)) execFileSync(join(programs, 'initdb'), init, { ...user, cwd: '/', stdio: 'ignore' })
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`
  let running: ChildProcess | undefined
  const server: PostgresServer = {
    url,
    async start() {
      // A shell that waits for its input to end: should the tests be killed, PostgreSQL ends with them.
      const script = 'exec 3<&0; "$@" 3<&- & server=$!; (cat <&3 >/dev/null; kill -INT $server) & wait $server'
      const quick = ['fsync=off', 'full_page_writes=off', 'max_connections=200', ...options].flatMap((set) => [
        '-c',
        set,
      ])
      const command = [join(programs, 'postgres'), '-D', data, '-k', folder, '-c', 'listen_addresses=', ...quick]
      running = spawn('sh', ['-c', script, 'sh', ...command], {
        ...user,
        cwd: '/',
        stdio: ['pipe', 'ignore', 'pipe'],
      })
      await untilItAnswers(url, running)
    },
    async stop(how = 'fast') {
      if (running === undefined) return
      const ended = once(running, 'close')
      execFileSync(join(programs, 'pg_ctl'), ['stop', '-D', data, '-m', how, '-w'], {
        ...user,
        cwd: '/',
        stdio: 'ignore',
      })
      running.stdin?.end()
      await ended
      running = undefined
    },
    async remove() {
      await server.stop('immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** Short: the path of a socket may have about a hundred characters. */
function newFolder(): string {
  return mkdtempSync('/tmp/forge-pg-')
}

function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') }
}

/** A busy machine may take a while. What PostgreSQL says if it ends instead is the error. */
async function untilItAnswers(url: string, running: ChildProcess): Promise<void> {
  let said = ''
  running.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  for (let tries = 1; ; tries++) {
    if (running.exitCode !== null) throw new Error(`PostgreSQL ended: ${said}`)
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (tries === 1200) throw error
      await sleep(50)
    }
  }
}
