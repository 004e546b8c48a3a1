import { json } from '../../core/table-text.ts'
import { documentOf } from '../commands/lists/parts.ts'
import { filtersOf, filterText } from '../commands/report/options.ts'
import { withReports } from '../commands/report/run.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { styleFor } from '../terminal/style.ts'
import { frameLines } from './frame.ts'
import type { Answered } from './known.ts'
import type { TopOptions } from './options.ts'
import { spokenLines } from './spoken.ts'
import { firstView } from './view.ts'

/** One picture of the last hour, for tmux, a prompt, a screenshot; as a document for a program, or as sentences. */
export async function showOnce(options: TopOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, now } = surroundings
  const tz = options.tz ?? surroundings.zone
  const { by } = firstView(options)
  // Also in a pipe it is a picture, so that a server that is away leaves that of this machine.
  const asked = { ...options, quiet: true, accessible: !options.json }
  return withReports(asked, surroundings, async (reports, scope) => {
    const at = now()
    const answer = await reports.recent({ by, tz, ...filtersOf(options) })
    if (options.json) {
      stdout.write(json(documentOf(answer, scope, at), stdout.isTTY ? 2 : 0))
      return 0
    }
    const style = styleFor(stdout, surroundings, options)
    const answered: Answered = { answer, by, at, scope: scope.kind }
    const shown = {
      view: firstView(options),
      known: { answered, problem: undefined, isLive: undefined },
      now: at,
      tz,
      server_url: scope.kind === 'server' ? scope.url : undefined,
      filters: filterText({ filters: filtersOf(options) }),
    }
    const lines = options.accessible
      ? spokenLines(answered, at, style)
      : frameLines(shown, { columns: style.width }, style)
    stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
    return 0
  })
}
