import { readConfig } from './config.ts'
import type { ExitCode, Surroundings } from './surroundings.ts'
import { paint, styleFor } from './terminal/style.ts'

/**
 * What someone sees who has typed the bare command and joined no server yet: the graph of this machine, and the two steps
 * to one of all machines. Undefined, and nothing shown, where there is a server, or nobody who looks.
 */
export async function welcome(name: string, surroundings: Surroundings): Promise<ExitCode | undefined> {
  if (!surroundings.stdout.isTTY || readConfig(surroundings).server_url !== undefined) return undefined
  const { tokensCommand } = await import('./commands/tokens.ts')
  const code = await tokensCommand({ withoutNext: true }, surroundings)
  surroundings.stdout.write(nextSteps(calledAs(name, surroundings), surroundings))
  return code
}

/** Who called it by npx has no command of that name. */
function calledAs(name: string, { env }: Pick<Surroundings, 'env'>): string {
  return env['npm_command'] === 'exec' ? `npx ${name}` : name
}

function nextSteps(command: string, surroundings: Surroundings): string {
  const style = styleFor(surroundings.stdout, surroundings)
  const steps = [
    [`${command} serve`, 'on the machine that is to keep them'],
    [`${command} login http://ITS-NAME:8420`, 'on each machine'],
  ] as const
  const width = Math.max(...steps.map(([step]) => step.length))
  const lines = steps.map(([step, about]) => `  ${step.padEnd(width)}   ${paint(about, 'dim', style)}`)
  return ['', 'All your machines together, in two steps:', ...lines, `All commands: ${command} --help`, ''].join('\n')
}
