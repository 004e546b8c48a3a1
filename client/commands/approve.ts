import type { Administration } from '../../api/administration.ts'
import type { PairingRow } from '../../api/pairing.ts'
import { ago } from '../../core/format.ts'
import { Problem } from '../../core/problem.ts'
import { asAdministrator, type WithLocalKey } from '../administrator.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { askFor } from '../terminal/ask.ts'
import { printDone } from '../terminal/messages.ts'
import { styleFor } from '../terminal/style.ts'
import { printable } from '../terminal/text.ts'

export interface ApproveOptions {
  /** The number that the machine's terminal shows. */
  readonly number?: string
  readonly deny?: boolean
}

/** `forge approve CODE`: lets in the machine whose terminal shows the code and one of three numbers. */
export async function approveCommand(
  code: string,
  { number, deny }: ApproveOptions,
  withLocalKey: WithLocalKey,
  surroundings: Surroundings,
): Promise<ExitCode> {
  return asAdministrator(surroundings, withLocalKey, async ({ administration }) => {
    const pairing = await administration.findPairing(code)
    const picked = deny ? 'n' : (number ?? (await pick(pairing, surroundings)))
    return decide(pairing, picked, administration, surroundings)
  })
}

async function decide(
  { id, hostname }: PairingRow,
  picked: string,
  administration: Administration,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (picked === 'n') {
    await administration.denyPairing(id)
    printDone(`Turned down: ${hostname} is not let in.`, surroundings)
    return 0
  }
  await administration.approvePairing(id, picked)
  printDone(`${hostname} is let in. It goes on by itself.`, surroundings)
  return 0
}

/** Shows who asks, and has the number picked that the terminal of that machine shows. */
async function pick(pairing: PairingRow, surroundings: Surroundings): Promise<string> {
  const { stderr } = surroundings
  const style = styleFor(stderr, surroundings)
  const lines = [
    [
      'Machine',
      pairing.known_as === null ? pairing.hostname : `${pairing.hostname}, known here as ${pairing.known_as}`,
    ],
    ['System', pairing.system],
    ['From', `${pairing.from_address}, ${ago(surroundings.now() - Date.parse(pairing.created_at))}`],
  ]
  stderr.write('\n')
  for (const [label = '', text = ''] of lines) stderr.write(`  ${label.padEnd(9)}${printable(text, style)}\n`)
  stderr.write('\n  Only if you have just run forge login there yourself.\n')
  const { choices } = pairing
  const picked = await askFor(
    `  Which number does its terminal show: ${choices.join(', ')}? (n: none of them)`,
    surroundings,
    {
      read: (line) => (choices.includes(line) || line === 'n' ? line : undefined),
      otherwise: `Say which: forge approve CODE --number ${choices.join('|')}, or --deny`,
    },
  )
  if (picked !== undefined) return picked
  throw new Problem('invalid-request', 'Nothing was decided.', { hint: 'The code holds for 15 minutes.' })
}
