import { joinThisMachine } from '../client/this-machine-to-server.ts'
import type { Surroundings } from '../client/surroundings.ts'
import { printProblem } from '../client/terminal/messages.ts'
import { Problem } from '../core/problem.ts'
import { type RunningServer, serve, stopSignal } from '../server/serve.ts'
import { commandFor } from '../server/start-text.ts'
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
  if (withThisMachine && !flags.demo) await join(server, surroundings)
  await stopped
  await server.close()
}

/** A server goes on also when this machine's own files cannot be read or sent. */
async function join(server: RunningServer, surroundings: Surroundings): Promise<void> {
  try {
    for (const sentence of await joinThisMachine(server, surroundings)) surroundings.stdout.write(`  ${sentence}\n`)
    surroundings.stdout.write(`  See it: ${commandFor(surroundings.env)} tokens    Stop the server: Ctrl-C\n\n`)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    printProblem(error, surroundings)
  }
}
