import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { UsageEvent } from '../../core/usage-event.ts'
import { aBatch } from '../../server/testing.ts'
import { repository } from '../readme/documents.ts'
import { tempFolder } from './folders.ts'
import { openPage, type PageOptions, type Watched } from './browser.ts'
import { runForge, type ServedForge, serveForge } from './program.ts'
import { postBatch } from './server-data.ts'

/** `npm test` has built it; without a build there is no page to look at. */
export const hasDashboard = existsSync(join(repository, 'dist/web/index.html'))

/** Of the demo's server, for programs. */
export const DEMO_KEY = 'a-key-for-a-made-up-year'

/** A made-up year, for anyone to look at; stopped by the caller, so that the tests of a file share it. */
export async function serveDemo(): Promise<ServedForge> {
  return serveForge({ home: tmpdir(), env: { FORGE_API_KEY: DEMO_KEY } }, { args: ['--demo'] })
}

export interface EmptyServer extends ServedForge {
  readonly setup_link: string
  readonly key: string
  /** Starts it again, on the same data and port. */
  again(port: number): Promise<ServedForge>
}

/** A server with nothing on it yet, as `forge serve` starts for the first time: its link, and a key made beside it. */
export async function serveEmpty(): Promise<EmptyServer> {
  const home = tempFolder()
  const served = await serveForge({ home })
  const setup_link = /(http\S+\/setup#\S+)/.exec(served.printed())?.[1]
  if (setup_link === undefined) throw new Error(`no link in: ${served.printed()}`)
  const beside = { FORGE_DATA_DIR: join(home, 'server-data'), FORGE_PORT: new URL(served.url).port }
  const { stdout } = await runForge(['key', 'add', '--kind', 'admin'], { home, env: beside })
  return {
    ...served,
    setup_link: setup_link.replace('localhost', '127.0.0.1'),
    key: stdout.trim(),
    again: (port) => serveForge({ home }, { port }),
  }
}

/** A page that has been signed in by a setup link. */
export async function signedInPage(setup_link: string, options: PageOptions = {}): Promise<Watched> {
  const watched = await openPage(new URL(setup_link).origin, options)
  await watched.page.goto(setup_link)
  await watched.page.waitForURL((url) => url.pathname === '/')
  return watched
}

/** Waits until a page has its answers, and shows them. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load')
  await page.locator('.answered, .trouble, .bare h1').first().waitFor({ state: 'attached' })
  await expect
    .poll(async () => (await page.locator('.answered.old, .skeleton, [aria-busy="true"]').count()) === 0, {
      timeout: 20_000,
    })
    .toBe(true)
}

/** Sends events to a server, as a machine would. */
export async function sendEvents(
  { url, key }: { readonly url: string; readonly key: string },
  {
    machine,
    hostname,
    events,
    labels = {},
  }: {
    readonly machine: string
    readonly hostname: string
    readonly events: readonly UsageEvent[]
    readonly labels?: Readonly<Record<string, string>>
  },
): Promise<void> {
  for (let at = 0; at < events.length; at += 1000) {
    const batch = events.slice(at, at + 1000)
    const more = {
      machine: { id: machine, hostname },
      ledger: `ledger-of-${machine}`,
      after: at,
      projects: Object.entries(labels).map(([project, label]) => ({ project, label })),
    }
    const response = await postBatch(url, aBatch(batch, more), key)
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    const { rejected } = (await response.json()) as { rejected: unknown[] }
    if (rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(rejected.slice(0, 3))}`)
  }
}
