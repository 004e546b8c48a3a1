import { type Command, Option } from '@commander-js/extra-typings'
import type { ExitCode, Surroundings } from '../client/surroundings.ts'
import { localKey } from './administrator.ts'

/** The commands about who may do what on a server. */
export function addAccess(program: Command, surroundings: Surroundings, finish: (code: ExitCode) => void): void {
  const key = program.command('key').description('keys of a server: list, add, revoke, rotate')
  const withLocalKey = localKey(surroundings)
  key
    .command('list')
    .description('every key: what it may do, when and from where it was last used')
    .option('--all', 'also those that have ended')
    .option('--json', 'one JSON object')
    .option('--csv', 'comma-separated')
    .option('--plain', 'tab-separated, as in a pipe')
    .action(async (options) => {
      const { listKeys } = await import('../client/commands/key-list.ts')
      finish(await listKeys(options, withLocalKey, surroundings))
    })
  key
    .command('add')
    .description('make a key and print it: this once')
    .argument('[label]', 'what it is for')
    .addOption(new Option('--kind <kind>', 'what it may do (read)').choices(['read', 'ingest', 'machine', 'admin']))
    .option('--expires <days>', 'when it ends, such as 90d (never)')
    .option('--json', 'one JSON object')
    .action(async (label, options) => {
      const { addKey } = await import('../client/commands/key.ts')
      finish(await addKey(label, options as object, withLocalKey, surroundings))
    })
  key
    .command('revoke')
    .description('end a key: the next request with it is refused')
    .argument('<id>', 'as forge key list shows it')
    .action(async (id) => {
      const { revokeKey } = await import('../client/commands/key.ts')
      finish(await revokeKey(id, withLocalKey, surroundings))
    })
  key
    .command('rotate')
    .description('exchange this machine’s key, or another one, for a new one')
    .argument('[id]', 'another key, as forge key list shows it')
    .option('--now', 'the old one ends with the first use of the new one, not a day later')
    .option('--json', 'one JSON object')
    .action(async (id, options) => {
      const { rotateKey } = await import('../client/commands/key.ts')
      finish(await rotateKey(id, options as object, withLocalKey, surroundings))
    })
}
