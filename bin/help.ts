/** What `forge --help` prints: examples first, then every command. No line is wider than 80 columns. */
export function rootHelp(name: string): string {
  return `Claude Code usage from all your machines.

  ${name} tokens                 graph of the last 7 days
  ${name} tokens --by machine -d 30
  ${name} today                  today by the hour
  ${name} top                    the last hour, live
  ${name} limits                 how full the windows of your plan are

Reports   tokens  today  week  month  heatmap  punchcard  top  models  machines
          projects  sessions  blocks  limits  explain
Machines  login  logout  invite  approve  sync  status  doctor  pause  resume
          log  verify  export  import
Setup     setup  serve  setup-link  migrate  install  uninstall  key  config
          completion
Programs  statusline  line  mcp

Flags of every report: -d/--days  --since  --until  --tz  --local
  --machine  --project  --model  --account  --json  --csv  --plain  --markdown
  --full  --color  --ascii  --accessible  -q/--quiet
And of the graphs: --by  --metric  --every  --compare

One command: ${name} COMMAND --help
All of them: ${name} help environment|exit-codes|formatting|privacy
Something is wrong: ${name} doctor`
}
