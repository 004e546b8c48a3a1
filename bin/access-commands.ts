import { Option } from '@commander-js/extra-typings'
import type { Adding } from './adding.ts'
import { localKey } from './administrator.ts'

/** The commands about joining a server, and about who may do what on it. */
export function addAccess(adding: Adding): void {
  addJoining(adding)
  addSetup(adding)
  addLettingIn(adding)
  addKeys(adding)
}

function addJoining({ program, surroundings, finish, version }: Adding): void {
  program
    .command('login')
    .description('join this machine to a server, send what it has, and show all machines')
    .argument('[url]', 'where the server is: http://nas:8420, or nas:8420')
    .option('--code <code>', 'of forge invite: no one has to approve')
    .option('--key-stdin', 'read a key from standard input')
    .option('--no-browser', 'do not open the page')
    .option('--non-interactive', 'print what has to be approved as JSON, and end')
    .option('--complete', 'go on after --non-interactive, once it was approved')
    .option('--allow-plain-http', 'also over the internet, where others can read the key')
    .option('--yes', 'set up automatic sync without asking')
    .option('--no-install', 'do not offer automatic sync')
    .option('--json', 'one JSON object at the end')
    .action(async (url, options) => {
      const { loginCommand } = await import('../client/commands/login.ts')
      finish(await loginCommand(url, options, version, surroundings))
    })
  program
    .command('logout')
    .description('end this machine’s key, and forget the server; what was read stays')
    .action(async () => {
      const { logoutCommand } = await import('../client/commands/logout.ts')
      finish(await logoutCommand(surroundings))
    })
}

function addSetup({ program, surroundings, finish, version }: Adding): void {
  program
    .command('setup')
    .description('asks what has to be known, and does what login, serve and install do')
    .action(async () => {
      const { setupCommand } = await import('../client/commands/setup.ts')
      const startServer = async () => {
        const { serveCommand } = await import('./serve.ts')
        await serveCommand({ withThisMachine: true }, surroundings, version)
      }
      finish(await setupCommand(version, surroundings, startServer))
    })
}

function addLettingIn({ program, surroundings, finish }: Adding): void {
  const withLocalKey = localKey(surroundings)
  program
    .command('invite')
    .description('a line that joins one more machine: once, within 15 minutes')
    .argument('[label]', 'which machine it is for')
    .option('--json', 'one JSON object')
    .action(async (label, options) => {
      const { inviteCommand } = await import('../client/commands/invite.ts')
      finish(await inviteCommand(label, options as object, withLocalKey, surroundings))
    })
  program
    .command('approve')
    .description('let in a machine that runs forge login')
    .argument('<code>', 'as its terminal shows it')
    .option('--number <number>', 'the number that its terminal shows')
    .option('--deny', 'turn it down')
    .action(async (code, options) => {
      const { approveCommand } = await import('../client/commands/approve.ts')
      finish(await approveCommand(code, options as object, withLocalKey, surroundings))
    })
}

function addKeys({ program, surroundings, finish }: Adding): void {
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
    .option('--group <name>', 'machines that it brings belong together')
    .option('--ephemeral', 'they are made for a job, and then gone')
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
