/** What a person sees when a server starts. */
export interface Start {
  readonly version: string
  readonly data: string
  readonly host: string
  readonly port: number
  /** The key, when it was just made: the only time that it can be shown. */
  readonly key: string | undefined
  /** Whether the key in use was set by the operator. */
  readonly own_key: boolean
  /** Where a browser can sign in, once; undefined where one is signed in already. */
  readonly setup_link: string | undefined
}

export function startText(start: Start): string {
  const { version, data, host, port, key, own_key, setup_link } = start
  const known = own_key ? 'the one you set in FORGE_API_KEY' : 'the one shown at the first start'
  const url = reachableUrl(host, port)
  const lines = [
    `claudeforge ${version} server`,
    '',
    `data      ${data}`,
    `address   ${localUrl(host, port)}${isEverywhere(host) ? ', and every other address of this machine' : ''}`,
    `key       ${key ?? known}`,
    ...(key === undefined ? [] : ['          Shown only this once; the server keeps its hash.']),
    ...(setup_link === undefined
      ? []
      : [
          `browser   ${setup_link}`,
          '          Signs one browser in, within 15 minutes. Another link: forge setup-link',
        ]),
    '',
    'Add a machine:',
    `  forge config set server-url ${url}`,
    `  forge config set api-key ${key ?? 'KEY'}`,
    '  forge sync',
    '',
    ...(isLoopback(host) ? ['Only this machine can reach it. For others, too: forge serve --host 0.0.0.0', ''] : []),
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

/** The server's address as this machine sees it. */
export function localUrl(host: string, port: number): string {
  const name = isEverywhere(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** The address that another machine has to use. What this machine is called there is known only to its owner. */
function reachableUrl(host: string, port: number): string {
  return isEverywhere(host) ? `http://THIS-MACHINE:${port}` : localUrl(host, port)
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
