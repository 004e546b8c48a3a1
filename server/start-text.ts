/** What a person sees when a server starts. */
export interface Start {
  readonly version: string
  readonly data: string
  readonly host: string
  readonly port: number
  /** Where other machines reach it; null where they cannot. */
  readonly reached: string | null
  /** Whether a key was set by the operator. */
  readonly own_key: boolean
  /** Where a browser can sign in, once; undefined where one is signed in already. */
  readonly setup_link: string | undefined
  /** What is typed to run this program. */
  readonly forge: string
}

export function startText(start: Start): string {
  const { version, data, host, port, reached, own_key, setup_link, forge } = start
  const local = localUrl(host, port)
  const lines = [
    `claudeforge ${version} server`,
    '',
    `data      ${data}`,
    `address   ${local}${reached === null || reached === local ? '' : `, elsewhere ${reached}`}`,
    ...(own_key ? ['key       the one you set in FORGE_API_KEY'] : []),
    ...(setup_link === undefined
      ? []
      : [`sign in   ${setup_link}`, `          One browser, within 15 minutes. Another link: ${forge} setup-link`]),
    '',
    'Add a machine. There:',
    `  forge login ${reached ?? local}`,
    'It shows a code. Here, or in a browser that is signed in:',
    `  ${forge} approve CODE`,
    '',
    ...(isLoopback(host) && reached === null
      ? [`Only this machine can reach it. For others, too: ${forge} serve --host 0.0.0.0`, '']
      : []),
    'Ctrl-C stops it.',
  ]
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n\n`
}

/** For a server of made-up data. */
export function demoText({ version, host, port }: Pick<Start, 'version' | 'host' | 'port'>): string {
  return (
    `\n  claudeforge ${version}, with a made-up year of three machines\n\n` +
    `  Look: ${localUrl(host, port)}\n\n` +
    `  Nothing is read from this machine and nothing is kept. Ctrl-C stops it.\n\n`
  )
}

/** Who started this with npm is in a checkout, and may not have the command. */
export function commandFor(env: Readonly<Record<string, string | undefined>>): string {
  return env['npm_lifecycle_event'] === 'start' ? 'npm run -s forge --' : 'forge'
}

/** The server's address as this machine sees it. */
export function localUrl(host: string, port: number): string {
  const name = isEverywhere(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** The address that another machine has to use; null where only this machine can. */
export function reachableUrl({
  host,
  port,
  hostname,
}: {
  readonly host: string
  readonly port: number
  readonly hostname: string
}): string | null {
  if (isLoopback(host)) return null
  return isEverywhere(host) ? `http://${hostname}:${port}` : localUrl(host, port)
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** For a server that other machines can reach. */
export function plainHttpWarning(port: number): string {
  return (
    '▲ Plain HTTP: others on this network can read keys and counts.\n' +
    `  On a tailnet, keep --host 127.0.0.1 and run: tailscale serve ${port}\n` +
    '  Elsewhere, put a reverse proxy with TLS (such as Caddy) in front of 127.0.0.1.\n'
  )
}
