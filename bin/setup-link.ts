import type { Surroundings } from '../client/surroundings.ts'
import { printDone } from '../client/terminal/messages.ts'
import { setupLink } from '../server/setup-link.ts'

/** `forge setup-link`: prints a link for one more browser, on the server's own machine. */
export async function setupLinkCommand(
  options: { port?: string; host?: string; data?: string },
  surroundings: Surroundings,
): Promise<void> {
  surroundings.stdout.write(`${await setupLink(options, surroundings)}\n`)
  if (surroundings.stdout.isTTY) {
    printDone('Open it in a browser within 15 minutes. It signs one browser in, once.', surroundings)
  }
}
