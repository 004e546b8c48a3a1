import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { connect, type Server } from '../../api/client.ts'
import { type RunningServer, serve } from '../../server/serve.ts'
import { testStore, type TestStore } from '../../store/testing.ts'
import { capture, type Captured } from './surroundings.ts'

export interface TestServer {
  readonly running: RunningServer
  readonly store: TestStore
  readonly url: string
  readonly key: string
  readonly client: Server
  readonly stdout: Captured
  readonly stderr: Captured
}

export const TEST_KEY = 'a-key-for-tests-that-is-long-enough'

interface StartOptions {
  readonly port?: number
  readonly now?: () => number
  readonly store?: TestStore
}

/** A real server on a real port, with a new store below `folder`, or a given one; stopped when the test ends. */
export async function startServer(
  folder: string,
  { port = 0, now = () => Date.parse('2026-11-22T12:00:00Z'), ...given }: StartOptions = {},
): Promise<TestServer> {
  const store = given.store ?? (await testStore(folder))
  const [stdout, stderr] = [capture(), capture()]
  const running = await serve(
    { port: String(port) },
    {
      env: { FORGE_API_KEY: TEST_KEY, ...store.env },
      home: folder,
      now,
      zone: 'UTC',
      hostname: 'nas',
      randomBytes: (count) => randomBytes(count),
      fetch: (input, init) => globalThis.fetch(input, init),
      stdout,
      stderr,
      version: '0.0.0-test',
    },
  )
  onTestFinished(() => running.close())
  return {
    running,
    store,
    url: running.url,
    key: TEST_KEY,
    client: connect({ url: running.url, key: TEST_KEY }),
    stdout,
    stderr,
  }
}
