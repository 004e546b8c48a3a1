import { existsSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The start of the program: the only place that reads the clock, catches everything, and ends the process. */
export async function start(version: string): Promise<void> {
  refuseOldNode()
  keepQuietAboutSqlite()
  // Compiled code is kept for the next start, where nobody else can put any.
  const own = join(homedir(), '.claudeforge')
  if (existsSync(own)) module.enableCompileCache(join(own, 'compile-cache'))

  const { run } = await import('./program.ts')
  const used: NodeJS.WriteStream[] = []
  const code = await run(process.argv, version, (stream) => {
    endWithTheReader(stream)
    used.push(stream)
  })
  await Promise.all(used.map(written))
  // Ended rather than left to end: taking a whole program apart takes longer than many a command.
  module.flushCompileCache()
  process.exit(code)
}

/** When all that was written to a stream is out. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()))
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

/** A reader that closes early (`forge tokens | head`) is no failure, and neither is a terminal that is closed. */
function endWithTheReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0)
    // A server whose log cannot be written goes on, and who cannot be told anything is told nothing.
    if (stream === process.stderr) return
    process.stderr.write(
      `✗ What was asked for could not be written (${error.message}).\n` +
        '  Nothing is lost. Free some space or write it elsewhere, and repeat the command.\n',
    )
    process.exit(1)
  })
}
