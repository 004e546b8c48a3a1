import { Option } from '@commander-js/extra-typings'
import { CALLERS } from '../client/automatic/callers.ts'
import { type Adding, wholeNumber } from './adding.ts'

/** The commands about sync: by hand, by itself, and how it goes. */
export function addSyncing(adding: Adding): void {
  addSync(adding)
  addInstall(adding)
  addPause(adding)
  addState(adding)
}

function addSync({ program, surroundings, finish }: Adding): void {
  program
    .command('sync')
    .description('read what is new here, and send it to your server')
    .option('--force', 'read every file again and send everything; nothing is counted twice')
    .option('--status', 'what is waiting, and how the last sync went')
    .option('--retry', 'only send what is waiting')
    .option('--dry-run', 'print the exact bytes that would be sent, and send nothing')
    .option('--export <file>', 'write them to a file, for a machine without a network')
    .option('--ephemeral', 'this machine is made for a job, and then gone')
    .option('--group <name>', 'machines of one group belong together')
    .option('--label <name>', 'what this machine is called this time')
    .option('--json', 'one JSON object')
    .option('-q, --quiet', 'nothing but errors')
    .option('--auto', 'what hooks and timers call: silent, one at a time, ends with 0 whatever happens')
    .addOption(
      new Option('--by <caller>')
        .choices(CALLERS)
        .default('hand' as const)
        .hideHelp(),
    )
    .action(async ({ auto, by, ...options }) => {
      if (auto) {
        const { automaticSyncCommand } = await import('./automatic-sync.ts')
        return finish(await automaticSyncCommand(by, surroundings))
      }
      const { syncCommand } = await import('../client/commands/sync.ts')
      return finish(await syncCommand(options, surroundings))
    })
}

function addInstall({ program, surroundings, finish }: Adding): void {
  const parts = (verb: string) => [
    new Option('--hooks', `${verb} the hooks of Claude Code`),
    new Option('--timer', `${verb} the timer of the system`),
    new Option('--statusline', `${verb} the status line of Claude Code, which tells plan limits`),
    new Option('--yes', 'agree beforehand'),
    new Option('--dry-run', 'only show what would change'),
  ]
  const install = program
    .command('install')
    .description('sync by itself: hooks of Claude Code and a timer; shows every change and asks')
    .action(async (options: object) => {
      const { installCommand } = await import('../client/commands/install.ts')
      finish(await installCommand(options, surroundings))
    })
  const uninstall = program
    .command('uninstall')
    .description('take out again what install put into other programs’ files')
    .action(async (options: object) => {
      const { uninstallCommand } = await import('../client/commands/uninstall.ts')
      finish(await uninstallCommand(options, surroundings))
    })
  for (const option of parts('put in')) install.addOption(option)
  for (const option of parts('take out')) uninstall.addOption(option)
}

function addPause({ program, surroundings, finish }: Adding): void {
  program
    .command('pause')
    .description('send nothing by itself for a while; reading goes on')
    .argument('[length]', 'for how long: 30m, 2h, 7d (until forge resume)')
    .action(async (length) => {
      const { pauseCommand } = await import('../client/commands/pause.ts')
      finish(await pauseCommand(length, surroundings))
    })
  program
    .command('resume')
    .description('end a pause')
    .action(async () => {
      const { resumeCommand } = await import('../client/commands/pause.ts')
      finish(resumeCommand(surroundings))
    })
}

/** How it goes. */
function addState({ program, surroundings, finish, version }: Adding): void {
  program
    .command('status')
    .description('is this machine in sync, does it go by itself, and what waits?')
    .option('--short', 'one line, for prompts')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { statusCommand } = await import('../client/commands/status.ts')
      finish(await statusCommand(options, surroundings))
    })
  program
    .command('doctor')
    .description('looks at everything that can keep a sync from working, and says what to do')
    .option('--fix', 'put right what can be, after you have agreed')
    .option('--yes', 'agree beforehand')
    .option('--report', 'the same without names, addresses and keys, to be pasted into an issue')
    .option('--json', 'one JSON object')
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never'] as const))
    .option('--ascii', 'no characters beyond ASCII')
    .action(async (options) => {
      const { doctorCommand } = await import('../client/commands/doctor.ts')
      finish(await doctorCommand(options, { version }, surroundings))
    })
  program
    .command('log')
    .description('what automatic sync did, the latest last')
    .option('-n, --lines <n>', 'so many runs (20)', wholeNumber)
    .option('-f, --follow', 'go on printing until Ctrl-C')
    .option('--json', 'a JSON object for each run')
    .action(async (options) => {
      const { logCommand } = await import('../client/commands/log.ts')
      finish(await logCommand(options, surroundings))
    })
}
