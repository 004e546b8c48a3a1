import { Problem } from '../core/problem.ts'

/** The URL as typed, checked. Throws `invalid-request` for one that is no http or https URL. */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Problem('invalid-request', `“${text}” is not the URL of a server.`, {
      hint: 'It looks like http://nas:8420. Join it with: forge login http://nas:8420',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new Problem('invalid-request', 'The URL of a server holds no user and no password.', {
      hint: 'Leave them out: forge login http://nas:8420',
    })
  }
  return url
}
