import { Problem } from '../core/problem.ts'
import { KEY_HEADER, LIVE_PATH } from './paths.ts'
import { type ConnectOptions, refusedBy, type ServerAddress, unreachable } from './request.ts'
import { serverUrl } from './server-url.ts'

/** A server has something to say every 25 seconds, be it that it is still there. */
const LONGEST_SILENCE_MS = 60_000
/** No line of ours is longer: a version is a number. */
const MAX_LINE = 10_000

/**
 * The versions of a server's data: the present one, then each that comes after it, until the server ends the stream (it
 * does so now and then) or `signal` is raised. Every failure is a {@link Problem}; a stream that fell silent is one.
 */
export async function* liveVersions(
  { url, key }: ServerAddress,
  {
    fetch = globalThis.fetch,
    signal,
  }: { readonly fetch?: ConnectOptions['fetch'] | undefined; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  const shown = serverUrl(url).href.replace(/\/+$/, '')
  const silence = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(new DOMException('', 'TimeoutError')), LONGEST_SILENCE_MS)
  }
  try {
    heard()
    const response = await fetch(`${shown}${LIVE_PATH}`, {
      headers: { Accept: 'text/event-stream', ...(key === undefined ? {} : { [KEY_HEADER]: key }) },
      // A key is never sent on to another address.
      redirect: 'manual',
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (response.status !== 200 || response.body === null) throw await refusedBy(shown, response)
    for await (const line of lines(response.body, heard)) {
      if (line.startsWith('data:')) yield line.slice('data:'.length).trim()
    }
  } catch (error) {
    if (signal.aborted) return
    throw error instanceof Problem ? error : unreachable(shown, error)
  } finally {
    clearTimeout(timer)
  }
}

async function* lines(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    heard()
    rest += decoder.decode(chunk, { stream: true })
    const whole = rest.split(/\r?\n/)
    rest = (whole.pop() ?? '').slice(0, MAX_LINE)
    yield* whole
  }
}
