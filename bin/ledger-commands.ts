import { Option } from '@commander-js/extra-typings'
import type { ImportOptions } from '../client/commands/import.ts'
import type { VerifyOptions } from '../client/commands/verify.ts'
import type { Adding } from './adding.ts'

/** The commands about the ledger as a whole: is it right, and how does it get out and in? */
export function addLedger(adding: Adding): void {
  addVerify(adding)
  addTransfer(adding)
}

function addVerify({ program, surroundings, finish }: Adding): void {
  program
    .command('verify')
    .description('is everything as the transcripts, the ledger and the server say?')
    .option('--repair', 'read and send again what is missing')
    .option('--local', 'this machine only, without a server')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { verifyCommand } = await import('../client/commands/verify.ts')
      finish(await verifyCommand(options as VerifyOptions, surroundings))
    })
}

/** In and out of the ledger by files. */
function addTransfer({ program, surroundings, finish }: Adding): void {
  program
    .command('export')
    .description('every event and day figure, as NDJSON or CSV')
    .option('--csv', 'events as CSV')
    .option('--figures', 'with --csv: day figures instead of events')
    .option('--since <day>', 'first day: 2026-11-01, 7d, monday')
    .option('--until <day>', 'last day (today)')
    .option('--tz <zone>', 'days of this time zone (IANA name)')
    .option('--local', 'this machine only, without a server')
    .option('-o, --output <file>', 'write to a file')
    .option('-q, --quiet', 'nothing but errors')
    .action(async (options) => {
      const { exportCommand } = await import('../client/commands/export.ts')
      finish(await exportCommand(options, surroundings))
    })
  program
    .command('import')
    .description('days from an export, from ccusage or from the Python original; shows them before it takes them')
    .argument('[file]', 'what forge export, or ccusage daily --json, wrote; or the original’s usage.db')
    .option('--yes', 'import it')
    .option('--machine <name>', 'whose days they are, where the file does not say')
    .option('--list', 'what was imported here')
    .option('--undo [id]', 'take an import out again (the latest)')
    .option('--json', 'one JSON object')
    .action(async (file, options) => {
      const { importCommand } = await import('../client/commands/import.ts')
      finish(await importCommand(file, options as ImportOptions, surroundings))
    })
}
