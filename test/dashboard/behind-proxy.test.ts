import { createServer, request as ask, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, sendEvents, serveEmpty, settled } from '../support/dashboard.ts'
import { anEvent } from '../support/events.ts'

const PREFIX = '/usage'

describe.runIf(hasChromium && hasDashboard)('behind the path of a reverse proxy', () => {
  useBrowser()

  test('one signs in, every page is found, and news come', async () => {
    const server = await serveEmpty()
    const origin = await proxyTo(server.url)
    const { page } = await openPage(origin)
    await page.goto(`${origin}${PREFIX}/setup${new URL(server.setup_link).hash}`)
    await page.waitForURL((url) => url.pathname === `${PREFIX}/`)
    await page.getByText('Now add a machine').waitFor()
    await page.locator('.freshness.ok').waitFor()
    await sendEvents(server, {
      machine: 'm-1',
      hostname: 'laptop',
      events: [anEvent({ machine: 'm-1', occurred_at: Date.now() })],
    })
    await page.locator('.tile-value').first().waitFor()
    for (const name of ['Machines', 'Models', 'Projects', 'Sessions', 'Limits', 'Settings']) {
      await page.getByRole('link', { name, exact: true }).first().click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await settled(page)
      expect(new URL(page.url()).pathname).toBe(`${PREFIX}/${name.toLowerCase()}`)
    }
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
  })
})

/** A proxy that has the server below a path, as people put several programs behind one name; returns its origin. */
async function proxyTo(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const proxy: Server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/'
    if (!path.startsWith(`${PREFIX}/`)) {
      outgoing.writeHead(404).end()
      return
    }
    const forwarded = ask(
      { hostname, port, method: incoming.method, path: path.slice(PREFIX.length), headers: incoming.headers },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

if (!hasChromium) test('behind the path of a reverse proxy', (context) => context.skip(WITHOUT_CHROMIUM))
