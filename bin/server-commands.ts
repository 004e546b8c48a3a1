import type { Adding } from './adding.ts'

/** The commands of the machine that a server runs on. */
export function addServer(adding: Adding): void {
  addServe(adding)
  addMigrate(adding)
  addSetupLink(adding)
}

function addServe({ program, surroundings, version }: Adding): void {
  program
    .command('serve')
    .description('start your server')
    .option('-p, --port <port>', 'port (FORGE_PORT, 8420)')
    .option('--host <address>', 'address to listen on (FORGE_HOST, 127.0.0.1)')
    .option('--data <folder>', 'where data are kept (FORGE_DATA_DIR, ~/.claudeforge/server)')
    .option('--with-this-machine', "read this machine's usage too and sync it here")
    .option('--demo', 'a made-up year of three machines, to look around')
    .action(async (options) => {
      const { serveCommand } = await import('./serve.ts')
      await serveCommand(options, surroundings, version)
    })
}

function addMigrate({ program, surroundings }: Adding): void {
  program
    .command('migrate')
    .description("move a server's ledger from SQLite to PostgreSQL, or back")
    .requiredOption('--from <ledger>', 'sqlite:FILE or postgres://…; its server has to be stopped')
    .requiredOption('--to <ledger>', 'a new file or an empty database')
    .option('--json', 'one JSON object')
    .action(async (options) => {
      const { migrateLedger } = await import('../server/migrate.ts')
      await migrateLedger(options, surroundings)
    })
}

function addSetupLink({ program, surroundings }: Adding): void {
  program
    .command('setup-link')
    .description('a link that signs one more browser in, made on the server’s machine')
    .option('-p, --port <port>', 'port of the server (FORGE_PORT, 8420)')
    .option('--host <address>', 'address of the server (FORGE_HOST, 127.0.0.1)')
    .option('--data <folder>', 'where its data are kept (FORGE_DATA_DIR, ~/.claudeforge/server)')
    .action(async (options) => {
      const { setupLinkCommand } = await import('./setup-link.ts')
      await setupLinkCommand(options, surroundings)
    })
}
