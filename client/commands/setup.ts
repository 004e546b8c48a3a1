import { counted } from '../../core/format.ts'
import { openMachineLedger } from '../../store/open.ts'
import { localReports } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { askFor } from '../terminal/ask.ts'
import { afterLogin } from './after-login.ts'
import { loginCommand } from './login.ts'

const CHOICES = [
  'A server that is there: I know its address',
  'This machine shall be the server',
  'Nowhere: this machine only, for now',
] as const

/** `forge setup`: asks what `forge login`, `forge serve` and `forge install` have to know, and does it. */
export async function setupCommand(
  version: string,
  surroundings: Surroundings,
  startServer: () => Promise<void>,
): Promise<ExitCode> {
  const { stderr } = surroundings
  const otherwise = 'Without questions: forge login URL, forge serve, forge install --yes'
  stderr.write(`\n  ${await whatIsHere(surroundings)}\n\n  Where shall all your machines meet?\n`)
  for (const [i, choice] of CHOICES.entries()) stderr.write(`    ${i + 1}  ${choice}\n`)
  const chosen = await askFor('  1, 2 or 3:', surroundings, {
    read: (line) => (/^[123]$/.test(line) ? Number(line) : undefined),
    otherwise,
  })
  switch (chosen) {
    case 1:
      return joinOther(version, surroundings, otherwise)
    case 2:
      stderr.write('\n  It starts now, and goes on until Ctrl-C. Automatic sync, in another terminal: forge install\n')
      await startServer()
      return 0
    case 3:
      return afterLogin({}, surroundings)
    default:
      return 1
  }
}

/** Reads what there is, so that one sees at once that it works. */
async function whatIsHere(surroundings: Surroundings): Promise<string> {
  const { hostname } = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    await collect(ledger, surroundings, { hostname })
    const { total_sessions } = await (await localReports(ledger, surroundings)).totals({})
    if (total_sessions === 0) return 'No usage of Claude Code was found on this machine yet.'
    return `This machine has ${counted(total_sessions, 'session')} of Claude Code.`
  } finally {
    await ledger.close()
  }
}

async function joinOther(version: string, surroundings: Surroundings, otherwise: string): Promise<ExitCode> {
  const url = await askFor('\n  Its address, such as http://nas:8420:', surroundings, {
    read: (line) => (line === '' ? undefined : line),
    otherwise,
  })
  return url === undefined ? 1 : loginCommand(url, {}, version, surroundings)
}
