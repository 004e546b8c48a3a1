import { basename } from 'node:path'
import { ago, counted, fullCount } from '../../core/format.ts'

import { dayFromNumber } from '../../core/day.ts'
import { Problem } from '../../core/problem.ts'
import { cleanName } from '../../core/text.ts'
import { findMachines, machineIdFor } from '../../store/machines.ts'
import { type Import, imports, recordImport, undoImport } from '../../store/imports.ts'
import { type Ledger, openMachineLedger, type Tx } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { ledgerPath, readConfig } from '../config.ts'
import { collect } from '../collect.ts'
import { figureSets, type ImportFile, type MachineDays } from '../import/days.ts'
import { readImportFile } from '../import/read-file.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'
import { printDone } from '../terminal/messages.ts'
import { printable } from '../terminal/text.ts'
import { identify } from '../this-machine.ts'

export interface ImportOptions {
  /** Import it, instead of showing what would be. */
  readonly yes?: boolean
  /** Whose days they are, where the file does not say: this machine's by default. */
  readonly machine?: string
  readonly list?: boolean
  /** An import's id; without one, the latest. */
  readonly undo?: string | true
  readonly json?: boolean
}

const KINDS = {
  export: 'an export of claudeforge',
  ccusage: 'a report of ccusage',
  original: 'a database of the Python original',
} as const

/** `forge import FILE`: shows what a file would add; with `--yes` adds it. `--undo` takes an import out again. */
export async function importCommand(
  file: string | undefined,
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if ([file, options.list, options.undo].filter((given) => given !== undefined).length !== 1) {
    throw new Problem('invalid-request', 'Name a file, or --list, or --undo.', {
      hint: 'Such as: forge import ccusage.json',
    })
  }
  const read = file === undefined ? undefined : readImportFile(file)
  const ledger = await openMachineLedger(ledgerPath(surroundings))
  try {
    if (read !== undefined) return await take(ledger, basename(file as string), read, options, surroundings)
    return options.list ? await list(ledger, options, surroundings) : await undo(ledger, options, surroundings)
  } finally {
    await ledger.close()
  }
}

async function take(
  ledger: Ledger,
  file: string,
  given: ImportFile,
  options: ImportOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const hostname = options.machine === undefined ? undefined : cleanName(options.machine).trim()
  const read = hostname ? { ...given, machines: given.machines.map((days) => owned(days, hostname)) } : given
  // What the transcripts here still tell needs no import.
  await collect(ledger, surroundings, { hostname: readConfig(surroundings).hostname })
  const { now, stdout } = surroundings
  const origin = `${read.kind}:${newId(surroundings)}`
  const preview = await ledger.db.transaction().execute(async (tx) => {
    const me = await identify(ledger, tx, surroundings)
    const sets = figureSets(read, origin, me.machine)
    const found = await previewOf(tx, sets, read)
    if (options.yes && found.days > 0) {
      const made = {
        origin,
        file: cleanName(file),
        imported_at: now(),
        days: found.days,
        total_tokens: found.total_tokens,
      }
      await recordImport(tx, ONLY_OWNER, { ...made, sets })
    }
    return found
  })
  if (options.json) {
    stdout.write(`${JSON.stringify({ schema_version: 1, imported: options.yes === true, origin, ...preview })}\n`)
    return 0
  }
  printPreview(preview, read, surroundings)
  if (preview.days === 0) stdout.write('There is nothing in it to import.\n')
  else if (options.yes) {
    printDone(`Imported as ${origin}. Undo it: forge import --undo ${origin}`, surroundings)
  } else stdout.write('Nothing was imported yet. Import it: the same with --yes\n')
  return 0
}

/** Days that name no machine are those of a named one. */
function owned(days: MachineDays, hostname: string): MachineDays {
  return days.machine === undefined && days.hostname === undefined ? { ...days, hostname } : days
}

interface Preview {
  readonly kind: ImportFile['kind']
  readonly days: number
  readonly total_tokens: number
  readonly machines: readonly PreviewMachine[]
  readonly notes: readonly string[]
}

interface PreviewMachine {
  readonly machine: string
  readonly hostname: string
  readonly from: string
  readonly to: string
  readonly days: number
  readonly total_tokens: number
  /** Days that this ledger has events of, or beside: they stay as they are. */
  readonly known_days: number
}

async function previewOf(tx: Tx, sets: ReturnType<typeof figureSets>, read: ImportFile): Promise<Preview> {
  const machines: PreviewMachine[] = []
  for (const { snapshot, figures, activity } of sets) {
    const days = [...new Set([...figures, ...activity].map(({ date }) => date))].toSorted()
    const [from, to] = [days[0], days.at(-1)]
    if (from === undefined || to === undefined) continue
    const hostname = snapshot.machine.startsWith('hostname:') ? snapshot.machine.slice(9) : undefined
    const machine = hostname === undefined ? snapshot.machine : await machineIdFor(tx, ONLY_OWNER, hostname)
    const known = await eventDays(tx, machine)
    const [named] = await findMachines(tx, ONLY_OWNER, machine)
    machines.push({
      machine,
      hostname: hostname ?? named?.hostname ?? machine,
      from,
      to,
      days: days.length,
      total_tokens: figures.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
      known_days: days.filter((day) => known.has(day)).length,
    })
  }
  return {
    kind: read.kind,
    days: machines.reduce((sum, { days }) => sum + days, 0),
    total_tokens: machines.reduce((sum, { total_tokens }) => sum + total_tokens, 0),
    machines,
    notes: read.notes,
  }
}

/** Days whose figures events supersede: those with an event, and the days beside them. */
async function eventDays(tx: Tx, machine: string): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('seen_day')
    .innerJoin('name', 'name.id', 'seen_day.machine')
    .select('day')
    .where('owner', '=', ONLY_OWNER)
    .where('name.value', '=', machine)
    .execute()
  return new Set(rows.flatMap(({ day }) => [day - 1, day, day + 1].map(dayFromNumber)))
}

function printPreview({ machines, notes }: Preview, { kind }: ImportFile, { stdout }: Surroundings): void {
  const name = (text: string) => printable(text, { ascii: false })
  stdout.write(`This is ${KINDS[kind]}.\n`)
  for (const { hostname, from, to, days, total_tokens, known_days } of machines) {
    stdout.write(
      `  ${name(hostname)}: ${counted(days, 'day')} from ${from} to ${to}, ${fullCount(total_tokens)} tokens\n` +
        (known_days > 0
          ? `    ${counted(known_days, 'day')} of them ${known_days === 1 ? 'is' : 'are'} known here from transcripts, and ${known_days === 1 ? 'stays' : 'stay'} as ${known_days === 1 ? 'it is' : 'they are'}\n`
          : ''),
    )
  }
  for (const note of notes) stdout.write(`  ${note}\n`)
  stdout.write('  Days have no costs; they count until real events of the same machine and days supersede them.\n')
}

async function list(ledger: Ledger, { json }: ImportOptions, { stdout, now }: Surroundings): Promise<ExitCode> {
  const made = await imports(ledger.db)
  if (json) stdout.write(`${JSON.stringify({ schema_version: 1, imports: made.map(isoOf) })}\n`)
  else if (made.length === 0) stdout.write('Nothing was imported here.\n')
  else for (const one of made) stdout.write(`${lineOf(one, now())}\n`)
  return 0
}

async function undo(ledger: Ledger, options: ImportOptions, surroundings: Surroundings): Promise<ExitCode> {
  const made = await imports(ledger.db)
  const one = options.undo === true ? made[0] : made.find(({ origin }) => origin === options.undo)
  if (one === undefined) {
    throw new Problem(
      'not-found',
      made.length === 0 ? 'Nothing was imported here.' : `There is no import ${String(options.undo)}.`,
      {
        hint: 'All of them: forge import --list',
      },
    )
  }
  await ledger.db.transaction().execute((tx) => undoImport(tx, ONLY_OWNER, one.origin))
  if (options.json) surroundings.stdout.write(`${JSON.stringify({ schema_version: 1, undone: isoOf(one) })}\n`)
  else printDone(`Undone: ${lineOf(one, surroundings.now())}. A server learns of it with the next sync.`, surroundings)
  return 0
}

function isoOf({ imported_at, ...one }: Import): object {
  return { ...one, imported_at: new Date(imported_at).toISOString() }
}

function lineOf({ origin, file, imported_at, days, total_tokens }: Import, now: number): string {
  const parts = [
    origin,
    file,
    counted(days, 'day'),
    `${fullCount(total_tokens)} tokens`,
    ago(Math.max(0, now - imported_at)),
  ]
  return parts.join(' · ')
}

function newId({ randomBytes }: Surroundings): string {
  return Buffer.from(randomBytes(6)).toString('base64url')
}
