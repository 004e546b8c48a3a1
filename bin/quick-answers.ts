import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { plainGraph } from './graphs.ts'

/**
 * The answer to what people, programs and Claude Code ask most often: making the parser of all commands takes as long as
 * one of these. Undefined where the words are for the parser.
 */
export async function quickAnswer(
  name: string,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode | undefined> {
  const graph = plainGraph(words)
  if (graph !== undefined) return draw(graph, surroundings)
  // A variable that is empty, put between quotes, is no word.
  if (words.every((one) => one === '')) return bare(name, surroundings)
  const [word = '', second, ...more] = words
  if (more.length > 0) return undefined
  if (/^(?:--help|-h|help)$/.test(word) && second === undefined) return help(name, surroundings)
  if (word === 'help') return helpOnTopic(second, surroundings)
  if (word === 'statusline' && (second ?? '--record') === '--record') {
    return statusLine(second !== undefined, surroundings)
  }
  return undefined
}

async function bare(name: string, surroundings: Surroundings): Promise<ExitCode> {
  const { welcome } = await import('../client/welcome.ts')
  return (await welcome(name, surroundings)) ?? help(name, surroundings)
}

async function help(name: string, { stdout }: Surroundings): Promise<ExitCode> {
  const { rootHelp } = await import('./help.ts')
  stdout.write(`${rootHelp(name)}\n`)
  return 0
}

async function helpOnTopic(topic = '', { stdout }: Surroundings): Promise<ExitCode | undefined> {
  const { helpOn, isTopic } = await import('./help-topics.ts')
  if (!isTopic(topic)) return undefined
  stdout.write(`${helpOn(topic, stdout.columns ?? 80)}\n`)
  return 0
}

async function statusLine(record: boolean, surroundings: Surroundings): Promise<ExitCode> {
  const { statusLineCommand } = await import('../client/commands/statusline.ts')
  return statusLineCommand({ record }, surroundings)
}

async function draw(graph: object, surroundings: Surroundings): Promise<ExitCode> {
  const { tokensCommand } = await import('../client/commands/tokens.ts')
  return tokensCommand(graph, surroundings)
}
