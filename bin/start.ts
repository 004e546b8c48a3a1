import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { VERSION } from './version.ts'

/** The start of the program: the only place that reads the clock, catches everything, and ends the process. */
export async function start(): Promise<void> {
  refuseOldNode()
  keepQuietAboutSqlite()
  endWithTheReader()
  // Compiled code is kept for the next start, where nobody else can put any.
  const own = join(homedir(), '.claudeforge')
  if (existsSync(own)) module.enableCompileCache(join(own, 'compile-cache'))

  const { run } = await import('./program.ts')
  process.exitCode = await run(process.argv, VERSION)
}

const OLDEST_NODE = [22, 18] as const

function refuseOldNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  process.stderr.write(
    `✗ claudeforge needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n` +
      '  Install Node 24: https://nodejs.org\n',
  )
  process.exit(1)
}

/** Node 22 calls its SQLite experimental at every start. It is the one that was tested, so there is nothing to warn of. */
function keepQuietAboutSqlite(): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning(warning, ...rest)
  }
}

/** A reader that closes early (`forge tokens | head`) is no failure. */
function endWithTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
}
