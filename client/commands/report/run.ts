import { Problem } from '../../../core/problem.ts'
import type { Reports } from '../../../core/report-specs.ts'
import { openMachineLedger } from '../../../store/open.ts'
import { configuredServer, localReports } from '../../answer-from.ts'
import { collect } from '../../collect.ts'
import { collectNotes } from '../../collect-notes.ts'
import { ledgerPath, readConfig } from '../../config.ts'
import type { ExitCode, Surroundings } from '../../surroundings.ts'
import { exitCodeFor, printNote, printProblem } from '../../terminal/messages.ts'
import { formatOf, rangeQuestion, type ReportOptions } from './options.ts'

/** Where the answers come from. */
export type Scope =
  | {
      readonly kind: 'local'
      /** False where no server is set, so that nothing but this machine could be shown. */
      readonly joined: boolean
      /** True where the server could not be reached. */
      readonly away?: boolean
    }
  | { readonly kind: 'server'; readonly url: string }

/** Asks reports and shows what they answer. */
export type Show = (reports: Reports, scope: Scope) => Promise<ExitCode>

/**
 * What every reading command does: reads what is new, sends it, and shows all machines as the server knows them; with
 * `--local`, or without a server, this machine. When the server is away people still see this machine, and exit code 5
 * says so; programs (`--json` and the like) get no half answer. Wrong usage is told before anything is read or sent.
 */
export async function withReports(options: ReportOptions, surroundings: Surroundings, show: Show): Promise<ExitCode> {
  rangeQuestion(options, surroundings, 1)
  const config = readConfig(surroundings)
  for (const warning of config.warnings) printNote(warning, surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    const collected = await collect(ledger, surroundings, { hostname: config.hostname })
    if (!options.quiet) for (const note of collectNotes(collected)) printNote(note, surroundings)
    const here = async (away = false) =>
      show(await localReports(ledger, surroundings), { kind: 'local', joined: config.server_url !== undefined, away })
    const target = options.local ? undefined : await configuredServer(config, surroundings)
    if (target === undefined) return await here()
    try {
      const { sync } = await import('../../sync.ts')
      await sync({ ledger, surroundings, settings: config, server_url: target.url }, target.server).catch(
        (error: unknown) => {
          if (!mayOnlyRead(error)) throw error
          if (!options.quiet)
            printNote('The key that is set may only read: nothing of this machine is sent.', surroundings)
        },
      )
      return await show(target.server.reports, { kind: 'server', url: target.url })
    } catch (error) {
      const isAway = error instanceof Problem && exitCodeFor(error.code) === 5
      if (!isAway || isForPrograms(options, surroundings)) throw error
      printProblem(error, surroundings)
      await here(true)
      return 5
    }
  } finally {
    await ledger.close()
  }
}

function mayOnlyRead(error: unknown): boolean {
  return error instanceof Problem && error.code === 'forbidden' && error.details['needs'] === 'ingest'
}

function isForPrograms(options: ReportOptions, surroundings: Surroundings): boolean {
  return !['screen', 'sentences'].includes(formatOf(options, surroundings))
}
