import { basename } from 'node:path'
import { ago, counted, fullCount } from '../../core/format.ts'
import { Problem } from '../../core/problem.ts'
import { cleanName } from '../../core/text.ts'
import { type Import, imports, recordImport, undoImport } from '../../store/imports.ts'
import { type Ledger, openMachineLedger } from '../../store/open.ts'
import { ONLY_OWNER } from '../../store/schema.ts'
import { ledgerPath, readConfig } from '../config.ts'
import { collect } from '../collect.ts'
import { isCarried } from '../import/carried.ts'
import { importCarried } from './import-carried.ts'
import { figureSets, type ImportFile, type MachineDays } from '../import/days.ts'
import { type Preview, previewOf } from '../import/preview.ts'
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
  if (file !== undefined && isCarried(file)) return importCarried(file, options, surroundings)
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
    if (options.yes && found.days > 0 && found.already === null) {
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
    const imported = options.yes === true && preview.days > 0 && preview.already === null
    stdout.write(`${JSON.stringify({ schema_version: 1, imported, origin: imported ? origin : null, ...preview })}\n`)
    return 0
  }
  printPreview(preview, read, surroundings)
  if (preview.days === 0) stdout.write('There is nothing in it to import.\n')
  else if (preview.already !== null) stdout.write(`All of it was imported already, as ${preview.already}.\n`)
  else if (options.yes) {
    printDone(`Imported as ${origin}. Undo it: forge import --undo ${origin}`, surroundings)
  } else stdout.write('Nothing was imported yet. Import it: the same with --yes\n')
  return 0
}

/** Days that name no machine are those of a named one. */
function owned(days: MachineDays, hostname: string): MachineDays {
  return days.machine === undefined && days.hostname === undefined ? { ...days, hostname } : days
}

function printPreview({ machines, notes }: Preview, { kind }: ImportFile, { stdout }: Surroundings): void {
  const name = (text: string) => printable(text, { ascii: false })
  stdout.write(`This is ${KINDS[kind]}.\n`)
  for (const { hostname, from, to, days, total_tokens, days_with_events, days_told_better } of machines) {
    stdout.write(
      `  ${name(hostname)}: ${counted(days, 'day')} from ${from} to ${to}, ${fullCount(total_tokens)} tokens\n` +
        unusedText(days_with_events, 'known here from transcripts, which count instead') +
        unusedText(days_told_better, 'told better by another source, which counts instead'),
    )
  }
  for (const note of notes) stdout.write(`  ${note}\n`)
  stdout.write('  Days have no costs; they count until real events of the same machine and days supersede them.\n')
}

/** So many days are named. */
const NAMED = 4

function unusedText(days: readonly string[], why: string): string {
  if (days.length === 0) return ''
  const more = days.length - NAMED
  const named = [...days.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return `    ${counted(days.length, 'day')} ${days.length === 1 ? 'is' : 'are'} ${why}: ${named}\n`
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
