import { joinThisMachine } from '../client/this-machine-to-server.ts'
import type { Surroundings } from '../client/surroundings.ts'
import { printProblem } from '../client/terminal/messages.ts'
import { Problem } from '../core/problem.ts'
import { serve, stopSignal } from '../server/serve.ts'
import { WEB_FOLDER } from './web-folder.ts'

/** `forge serve`: where server and client meet. Returns when the server was told to stop and has stopped. */
export async function serveCommand(
  options: { port?: string; host?: string; data?: string; withThisMachine?: true; demo?: true },
  surroundings: Surroundings,
  version: string,
): Promise<void> {
  const { withThisMachine, ...flags } = options
  const stopped = stopSignal(process)
  const server = await serve(flags, { ...surroundings, version, web: WEB_FOLDER })
  if (withThisMachine && !flags.demo) await join(server.url, server.key, surroundings)
  await stopped
  await server.close()
}

/** A server goes on also when this machine's own files cannot be read or sent. */
async function join(url: string, key: string | undefined, surroundings: Surroundings): Promise<void> {
  try {
    for (const sentence of await joinThisMachine(url, key, surroundings)) surroundings.stdout.write(`  ${sentence}\n`)
    // Who started this with npm is in a checkout, and may not have the command.
    const forge = surroundings.env['npm_lifecycle_event'] === 'start' ? 'npm run -s forge --' : 'forge'
    surroundings.stdout.write(`  See it: ${forge} tokens    Stop the server: Ctrl-C\n\n`)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    printProblem(error, surroundings)
  }
}
