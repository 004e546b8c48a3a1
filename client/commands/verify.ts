import { counted, fullCount } from '../../core/format.ts'
import { openMachineLedger, type Ledger } from '../../store/open.ts'
import { rebuildRollup, wrongCells } from '../../store/rollup.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { configuredServer, localReports } from '../answer-from.ts'
import { collect } from '../collect.ts'
import { type Config, ledgerPath, readConfig } from '../config.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { sync } from '../sync.ts'
import { identify } from '../this-machine.ts'
import { styleFor, type Style, type StyleFlags } from '../terminal/style.ts'
import { flow } from '../terminal/text.ts'
import { type CcusageCheck, checkCcusage } from '../verify/ccusage/check.ts'
import { ccusageLines } from '../verify/ccusage/lines.ts'
import { ownHashes } from '../verify/own-hashes.ts'
import { checkServer, type ServerCheck } from '../verify/server.ts'
import { checkTranscripts, type TranscriptCheck } from '../verify/transcripts.ts'

export interface VerifyOptions extends StyleFlags {
  /** Read and send again what is found to be missing. */
  readonly repair?: boolean
  /** Leave out the server. */
  readonly local?: boolean
  readonly json?: boolean
}

interface Verified {
  readonly transcripts: TranscriptCheck
  readonly rollup: { readonly cells: number; readonly wrong: number }
  /** Null where no server is set or asked for. */
  readonly server: ServerCheck | null
  /** Null where no ccusage is installed. */
  readonly ccusage: CcusageCheck | null
}

/**
 * `forge verify`: is the ledger what the transcripts say, are the reports what the ledger says, and is the server what
 * this machine says? Ends with 1 where something is missing.
 */
export async function verifyCommand(options: VerifyOptions, surroundings: Surroundings): Promise<ExitCode> {
  const config = readConfig(surroundings)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    if (options.repair) await repair(ledger, config, options, surroundings)
    const verified = await verify(ledger, config, options, surroundings)
    const isSound = isWhole(verified)
    if (options.json) {
      const document = { schema_version: 1, sound: isSound, repaired: options.repair ?? false, ...verified }
      surroundings.stdout.write(`${JSON.stringify(document)}\n`)
    } else {
      const style = styleFor(surroundings.stdout, surroundings, options)
      for (const line of lines(verified, options, style)) surroundings.stdout.write(`${line}\n`)
    }
    return isSound ? 0 : 1
  } finally {
    await ledger.close()
  }
}

async function verify(
  ledger: Ledger,
  config: Config,
  options: VerifyOptions,
  surroundings: Surroundings,
): Promise<Verified> {
  const me = await ledger.db.transaction().execute((tx) => identify(ledger, tx, surroundings))
  const local = await localReports(ledger, surroundings)
  const transcripts = await checkTranscripts(ledger, surroundings, me)
  const rollup = await wrongCells(ledger.db, ONLY_OWNER)
  const target = options.local ? undefined : await configuredServer(config, surroundings)
  const server =
    target === undefined
      ? null
      : await checkServer(await ownHashes(ledger, me.machine, local), me.machine, target.server.reports)
  return { transcripts, rollup, server, ccusage: await checkCcusage(ledger, surroundings) }
}

/** What a full read and a full sync put right, and a rollup that is made anew. */
async function repair(
  ledger: Ledger,
  config: Config,
  options: VerifyOptions,
  surroundings: Surroundings,
): Promise<void> {
  await collect(ledger, surroundings, { hostname: config.hostname, full: true })
  await ledger.db.transaction().execute((tx) => rebuildRollup(tx, ONLY_OWNER))
  const target = options.local ? undefined : await configuredServer(config, surroundings)
  if (target === undefined) return
  const context = { ledger, surroundings, settings: config, server_url: target.url }
  await sync(context, target.server, { from_start: true })
}

function isWhole({ transcripts, rollup, server }: Verified): boolean {
  return transcripts.missing + transcripts.lesser + rollup.wrong + (server?.missing ?? 0) === 0
}

function lines(verified: Verified, { local }: VerifyOptions, style: Style): string[] {
  const { transcripts, rollup, server, ccusage } = verified
  const { signs } = style
  const line = (isGood: boolean, sentence: string) =>
    flow([`${isGood ? signs.ok : signs.warn} ${sentence}`], style.width)
  const { files, events, missing, lesser, problems } = transcripts
  return [
    ...line(
      missing + lesser === 0,
      missing + lesser === 0
        ? `Ledger: has all that ${counted(files, 'transcript')} show: ${counted(events, 'event')}.`
        : `Ledger: lacks ${counted(missing, 'event')} of ${counted(files, 'transcript')}, and has less of ${fullCount(lesser)}.`,
    ),
    ...problems.slice(0, 3).flatMap((problem) => line(false, problem)),
    ...line(
      rollup.wrong === 0,
      rollup.wrong === 0
        ? `Reports: ${counted(rollup.cells, 'sum')} are what the events say.`
        : `Reports: ${fullCount(rollup.wrong)} of ${counted(rollup.cells, 'sum')} are not what the events say.`,
    ),
    ...serverLines(server, local ?? false, line),
    ...ccusageLines(ccusage, style),
    ...(isWhole(verified) ? [] : ['', 'Read and send again what is missing: forge verify --repair']),
  ]
}

function serverLines(
  server: ServerCheck | null,
  local: boolean,
  line: (isGood: boolean, sentence: string) => string[],
): string[] {
  if (server === null) return line(true, local ? 'Server: left out (--local).' : 'Server: none is set.')
  const { events, days, missing, different, missing_days } = server
  return [
    ...line(
      missing === 0,
      missing === 0
        ? `Server: has all ${counted(events, 'event')} of ${counted(days, 'day')} that this machine has.`
        : `Server: lacks ${counted(missing, 'event')}, of ${missing_days.slice(0, 3).join(', ')}${missing_days.length > 3 ? ' and other days' : ''}. What waits goes with: forge sync`,
    ),
    ...(different > 0
      ? line(true, `It says more of ${counted(different, 'event')}, which another machine has shown as well.`)
      : []),
  ]
}
