import { Problem } from '../../core/problem.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { canAsk } from '../terminal/ask.ts'
import { printNote, printProblem } from '../terminal/messages.ts'

export interface AfterLoginOptions {
  readonly install?: boolean
  readonly yes?: boolean
}

/** What comes after a machine has joined: automatic sync is offered, and the graph of all machines is shown. */
export async function afterLogin(options: AfterLoginOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.install !== false) await offerAutomaticSync(options, surroundings)
  surroundings.stdout.write('\n')
  const { tokensCommand } = await import('./tokens.ts')
  return tokensCommand({}, surroundings)
}

/** What cannot be set up keeps nobody from having joined. */
async function offerAutomaticSync({ yes = false }: AfterLoginOptions, surroundings: Surroundings): Promise<void> {
  if (!yes && !canAsk(surroundings)) {
    printNote('To keep it in sync by itself: forge install --yes', surroundings)
    return
  }
  if (!yes) surroundings.stderr.write('\n  To keep it in sync by itself:\n\n')
  const { installCommand } = await import('./install.ts')
  try {
    await installCommand({ yes }, surroundings)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    printProblem(error, surroundings)
  }
}
