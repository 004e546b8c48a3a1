/** What `forge` and `forge --help` print: examples first, then every command. */
export function rootHelp(name: string): string {
  return `Claude Code usage from all your machines.

  ${name} tokens                 graph of the last 7 days
  ${name} tokens --by machine -d 30
  ${name} sync                   read what is new here and send it to your server
  ${name} serve                  start your server

Reports    tokens
Machines   sync
Setup      serve  config  completion

Flags of tokens: -d/--days  --since  --until  --by  --tz  --local
  --json  --csv  --plain  --full  --color  --ascii  --accessible  --quiet

${name} COMMAND --help for more`
}

/** Examples below each command's own help. */
export const HELP_EXAMPLES: Readonly<Record<string, string>> = {
  tokens: `
Examples:
  forge tokens                         the last 7 days, by model
  forge tokens -d 30 --by machine      the last 30 days, by machine
  forge tokens --since monday --tz Asia/Tokyo
  forge tokens --local --json          this machine only, for a program

Exit codes: 0 done, 1 failed, 2 wrong usage, 4 not signed in, 5 server not reachable (nothing is lost)`,
  sync: `
Examples:
  forge sync                           what a timer or hook calls
  forge sync --status                  what is waiting
  forge sync --dry-run                 exactly what would leave this machine

Exit codes: 0 done, 1 failed, 4 not signed in, 5 server not reachable (everything is kept)`,
  config: `
Examples:
  forge config set server-url http://nas:8420
  forge config set api-key KEY
  forge config show

Variables win over the file: FORGE_SERVER_URL, FORGE_API_KEY, FORGE_HOSTNAME`,
  serve: `
Examples:
  forge serve                          on http://127.0.0.1:8420, data in ~/.claudeforge/server
  forge serve --host 0.0.0.0           reachable by other machines of this network
  FORGE_API_KEY=… forge serve          with a key of your own instead of a made one`,
}
