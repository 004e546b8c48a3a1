import { HEALTH_PATH } from '../api/paths.ts'
import { request } from './request.ts'

/** So long after a reload for newer files, there is none again: they are not there. */
const RELOADED = 'reloaded'

/**
 * Loads a part of the page that comes when it is needed. Where its file is gone and the server is there, the server
 * was updated, and the page begins anew, once. Throws a Problem where the server is away.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    const part = await load()
    mark(undefined)
    return part
  } catch (error) {
    await request('GET', HEALTH_PATH)
    if (mark('yes') === 'yes') throw error
    location.reload()
    return new Promise(() => undefined)
  }
}

/** Notes in this tab whether it was reloaded, and returns what was noted before. */
function mark(value: 'yes' | undefined): string | undefined {
  try {
    const before = sessionStorage.getItem(RELOADED) ?? undefined
    if (value === undefined) sessionStorage.removeItem(RELOADED)
    else sessionStorage.setItem(RELOADED, value)
    return before
  } catch {
    // A browser that remembers nothing reloads for nothing.
    return 'yes'
  }
}
