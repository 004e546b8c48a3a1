import { readFacts } from '../line/facts.ts'
import { lineText } from '../line/formats.ts'
import { newlyTold, rememberTold } from '../line/heard-limits.ts'
import { writeStatusLine } from '../line/statusline-file.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'

/** Claude Code hands over a few kilobytes. */
const MAX_INPUT = 1024 * 1024

/**
 * `forge statusline`: prints a line for Claude Code from what is known already, then takes in what Claude Code says of
 * the plan's limits. Waits for no network, and whatever goes wrong, says nothing: it would stand in someone's terminal.
 */
export async function statusLineCommand(
  { record }: { readonly record?: boolean },
  surroundings: Surroundings,
): Promise<ExitCode> {
  try {
    const text = lineText('claude', readFacts(surroundings), surroundings.now())
    if (!record && text !== '') surroundings.stdout.write(`${text}\n`)
    const input = surroundings.stdin.isTTY ? '' : await surroundings.stdin.all(MAX_INPUT)
    const told = newlyTold(input, surroundings)
    // What a ledger takes is loaded only when there is something for it: most lines tell nothing new.
    const isNew = told.windows.length > 0
    if (isNew) {
      const { recordTold } = await import('../line/record-limits.ts')
      await recordTold(told, surroundings)
      rememberTold(told, surroundings)
    }
    const facts = readFacts(surroundings)
    if (facts !== undefined) writeStatusLine(facts, surroundings)
    if (record && isNew) {
      const { automaticSync } = await import('../automatic/worker.ts')
      await automaticSync('statusline', surroundings)
    }
  } catch {
    // A ledger that is busy, a full disk: the next line tries again.
  }
  return 0
}
