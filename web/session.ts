import { SESSION_PATH } from '../api/paths.ts'
import type { SessionAnswer } from '../api/sign-in.ts'
import { forgetAnswers } from './answers.ts'
import { request } from './request.ts'

/** Signing in and out. What one signs in with goes to the server once and is kept nowhere here: the cookie is out of reach. */

export function askSession(): Promise<SessionAnswer> {
  return request('GET', SESSION_PATH)
}

/** Signs this browser in with the secret of a setup link, or with a key. Throws a Problem. */
export async function signIn(
  secret: { readonly setup: string } | { readonly api_key: string },
): Promise<'kept' | 'dropped'> {
  await request('POST', SESSION_PATH, secret)
  forgetAnswers()
  // A browser may refuse the cookie (a proxy, its settings): better said than a page that asks to sign in for ever.
  const { signed_in } = await askSession()
  return signed_in ? 'kept' : 'dropped'
}

export async function signOut(): Promise<void> {
  await request('DELETE', SESSION_PATH)
  forgetAnswers()
}
