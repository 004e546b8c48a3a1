import { serverUrl } from '../../api/server-url.ts'
import type { Config } from '../config.ts'
import type { Surroundings } from '../surroundings.ts'

/**
 * A text without what tells who someone is: home folder, user, names of machine and server, addresses, keys. What is left
 * may be pasted into an issue.
 */
export function redacted(
  text: string,
  { server_url, api_key, project_secret, hostname }: Config,
  place: Surroundings,
): string {
  const secrets: (readonly [string | undefined, string])[] = [
    [api_key, 'KEY'],
    [project_secret, 'SECRET'],
    [place.home, '~'],
    [server_url === undefined ? undefined : serverUrl(server_url).hostname, 'SERVER'],
    [hostname, 'MACHINE'],
    [place.hostname, 'MACHINE'],
    [place.home.split('/').at(-1), 'USER'],
  ]
  let clean = text
  for (const [secret, word] of secrets) {
    if (secret !== undefined && secret.length > 2) clean = clean.replaceAll(secret, word)
  }
  return clean
    .replaceAll(/\bcf_\w{3,}/g, 'KEY')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'ADDRESS')
    .replaceAll(/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, 'ADDRESS')
}
