import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, useBrowser, WITHOUT_CHROMIUM, holdNext } from '../support/browser.ts'
import { hasDashboard, sendEvents, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { anEvent } from '../support/events.ts'

/** What a page that is left open goes through: news at a bad moment, hours, other tabs, no network, answers that do not come. */

const MINUTE = 60_000

describe.runIf(hasChromium && hasDashboard)('a page that is left open', () => {
  useBrowser()

  test('shows news that came while it was asking', async () => {
    const server = await serveEmpty()
    await sendEvents(server, aBatch(1))
    const { page } = await signedInPage(server.setup_link)
    await settled(page)
    const before = await firstTile(page)
    // The answer to this question is from before the news, and arrives after them.
    const held = await holdNext(page, '**/v1/overview*')
    await page.keyboard.press('r')
    await held.isAsked
    const isHeardOf = page.waitForResponse('**/v1/overview*', { timeout: 20_000 })
    await sendEvents(server, aBatch(2))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    held.letGo()
    await isHeardOf
    await expect.poll(() => firstTile(page), { timeout: 20_000 }).not.toBe(before)
  })

  test('does not show the answer to one question below another, whatever goes wrong', async () => {
    const server = await serveEmpty()
    await sendEvents(server, aBatch(1))
    const { page, context } = await signedInPage(server.setup_link, { expects: /ERR_|Failed to load|EventSource/ })
    await settled(page)
    await context.setOffline(true)
    await page.getByLabel('Range', { exact: true }).selectOption('90d')
    await page.getByText('The server cannot be reached.').waitFor()
    expect(await page.locator('.tile').count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Export/ }).isDisabled()).toBe(true)
    expect(await accessibilityTrouble(page)).toEqual([])
    await context.setOffline(false)
    // It asks again by itself as soon as there is a network.
    await page.locator('.tile').first().waitFor()
  })

  test('says how long ago things were as time goes by', async () => {
    const server = await serveEmpty()
    await sendEvents(server, aBatch(1))
    const { page } = await signedInPage(server.setup_link)
    await page.clock.install({ time: Date.now() })
    await page.goto('/machines?range=30d')
    await settled(page)
    await page.getByText('synced just now').waitFor()
    // To the minute, in which the clock that pages are drawn by goes.
    await page.clock.runFor(5 * MINUTE)
    await page.getByText(/synced [456] min ago/).waitFor()
  })

  test('lets go of its stream while nobody sees it, and has what is new when someone does', async () => {
    const server = await serveEmpty()
    await sendEvents(server, aBatch(1))
    const { page } = await signedInPage(server.setup_link)
    await settled(page)
    const before = await firstTile(page)
    await page.locator('.freshness.ok').waitFor()
    const isLetGo = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/live'))
    await show(page, false)
    await isLetGo
    await sendEvents(server, aBatch(2))
    await show(page, true)
    await expect.poll(() => firstTile(page), { timeout: 20_000 }).not.toBe(before)
  })

  test('says where a part of it does not come, and gets it when asked again', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link, { expects: /ERR_|Failed to load/ })
    await page.route('**/assets/settings*', (route) => route.abort())
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByText('This page cannot be shown.').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.unroute('**/assets/settings*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
  })
})

/** 100 responses, of which 50 are in the batch before too. */
function aBatch(number: number) {
  const events = Array.from({ length: 100 }, (_, i) =>
    anEvent({
      id: `event-${String(number * 50 + i).padStart(16, '0')}`,
      machine: 'm-1',
      occurred_at: Date.now() - (number * 50 + i) * 1000,
    }),
  )
  return { machine: 'm-1', hostname: 'laptop', events }
}

async function firstTile(page: Page): Promise<string | null> {
  return page.locator('.tile-value').first().textContent()
}

/** As if another tab were in front of it, or not any more. */
async function show(page: Page, isShown: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, !isShown)
}

if (!hasChromium) test('a page that is left open', (context) => context.skip(WITHOUT_CHROMIUM))
