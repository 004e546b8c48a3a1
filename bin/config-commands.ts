import type { Adding } from './adding.ts'

/** The settings of this machine. */
export function addConfig({ program, surroundings, finish }: Adding): void {
  const config = program.command('config').description('settings of this machine')
  config
    .command('show')
    .description('every setting and where it comes from')
    .option('--json', 'one JSON object')
    .action(async (options) => {
      const { showConfig } = await import('../client/commands/config.ts')
      finish(showConfig(options, surroundings))
    })
  config
    .command('set')
    .description('change a setting')
    .argument('<key>', 'server-url, api-key, hostname, project-names or project-secret')
    .argument('<value>', 'its new value; "" removes it')
    .action(async (key, value) => {
      const { setConfig } = await import('../client/commands/config.ts')
      finish(await setConfig(key, value, surroundings))
    })
}
