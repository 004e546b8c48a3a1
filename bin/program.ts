import { basename } from 'node:path'
import { programSurroundings } from '../client/program-surroundings.ts'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { Problem } from '../core/problem.ts'
import { quickAnswer } from './quick-answers.ts'

/** Runs the program with the words it was called with; every failure becomes a sentence and an exit code. */
export async function run(
  argv: readonly string[],
  version: string,
  prepare: (stream: NodeJS.WriteStream) => void,
): Promise<ExitCode> {
  const surroundings = programSurroundings(Date.now, prepare)
  const name = nameOf(argv)
  const words = argv.slice(2)
  try {
    const answered = await quickAnswer(name, words, surroundings)
    if (answered !== undefined) return answered
    const { runCommand } = await import('./commands.ts')
    return await runCommand(argv, name, version, surroundings)
  } catch (error) {
    return report(error, surroundings, words.includes('--debug'))
  }
}

/** The name it was called by, so that help and completion say `claudeforge` to who typed that. */
function nameOf(argv: readonly string[]): string {
  return basename(argv[1] ?? '').startsWith('claudeforge') ? 'claudeforge' : 'forge'
}

async function report(thrown: unknown, surroundings: Surroundings, debug: boolean): Promise<ExitCode> {
  const { ledgerProblem } = await import('../client/ledger-problem.ts')
  const error = ledgerProblem(thrown) ?? thrown
  if (error instanceof Problem) {
    const { exitCodeFor, printProblem } = await import('../client/terminal/messages.ts')
    printProblem(error, surroundings)
    if (debug && error.cause !== undefined) surroundings.stderr.write(`${stackOf(error.cause)}\n`)
    return exitCodeFor(error.code)
  }
  surroundings.stderr.write(
    `✗ Something unexpected went wrong: ${error instanceof Error ? error.message : String(error)}\n` +
      (debug ? `${stackOf(error)}\n` : '  Nothing is lost. The whole error: repeat the command with --debug\n'),
  )
  return 1
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
