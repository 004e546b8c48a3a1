import { Option } from '@commander-js/extra-typings'
import { LINE_FORMATS } from '../client/line/format-names.ts'
import type { Adding } from './adding.ts'

/** The commands that other programs call: models, bars and prompts, Claude Code. */
export function addIntegrations({ program, surroundings, finish, version }: Adding): void {
  program
    .command('mcp')
    .description('reports for a model: an MCP server on standard input and output, read-only')
    .action(async () => {
      const { mcpCommand } = await import('../client/commands/mcp.ts')
      finish(await mcpCommand(version, surroundings))
    })
  program
    .command('line')
    .description('today and the limits in one line, for prompts, bars and menus')
    .option('--format <what>', `${LINE_FORMATS.join(', ')}, or a template: "{5h} {tokens}"`, 'claude')
    .action(async (options) => {
      const { lineCommand } = await import('../client/commands/line.ts')
      finish(lineCommand(options, surroundings))
    })
  program
    .command('statusline')
    .description('a status line for Claude Code, which also takes in the limits that it tells')
    .addOption(new Option('--record').hideHelp())
    .action(async (options) => {
      const { statusLineCommand } = await import('../client/commands/statusline.ts')
      finish(await statusLineCommand(options, surroundings))
    })
}
