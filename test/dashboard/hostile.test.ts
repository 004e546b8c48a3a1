import { describe, expect, test } from 'vitest'
import { cleanName } from '../../core/text.ts'
import { accessibilityTrouble, hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, sendEvents, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { anEvent, eventIdOf } from '../support/events.ts'

const NAMES = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'; DROP TABLE event; --",
  'javascript:alert(1)',
  '{{7*7}} ${7*7} #{7*7}',
  '=cmd()',
  '../../etc/passwd',
  '%3Cscript%3E&amp;&lt;',
  '日本語のとても長い名前',
  'مرحبا بالعالم',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'a'.repeat(200),
  'two words & more',
  '-',
]

/** So many names, each hostile in its own way, as a machine sends them. */
function hostileNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    cleanName(`${NAMES[i % NAMES.length]}${i < NAMES.length ? '' : ` ${i}`}`),
  )
}

describe.runIf(hasChromium && hasDashboard)('names from outside', () => {
  useBrowser()

  test('300 hostile ones in every field are text and nothing else, on every page', async () => {
    const server = await serveEmpty()
    const names = hostileNames(300)
    const now = Date.now()
    for (const [i, hostname] of names.slice(0, 60).entries()) {
      const own = names.filter((_, n) => n % 60 === i)
      const events = own.map((name, n) =>
        anEvent({
          id: eventIdOf(i * 1000 + n),
          machine: `m-${i}`,
          session: name,
          project: `p${i}-${n}`,
          model: name,
          client_version: name.slice(0, 50),
          variant: '',
          occurred_at: now - (i * 7 + n) * 3_600_000,
        }),
      )
      const labels = Object.fromEntries(own.map((name, n) => [`p${i}-${n}`, name]))
      await sendEvents(server, { machine: `m-${i}`, hostname, events, labels })
    }
    const { page } = await signedInPage(server.setup_link)
    for (const path of [
      '/',
      '/?by=machine',
      '/?by=project',
      '/?by=version',
      '/machines',
      '/models',
      '/projects',
      '/sessions',
      '/limits',
      '/settings',
    ]) {
      await page.goto(path)
      await settled(page)
      expect(await page.locator('main script, main img, main iframe').count()).toBe(0)
      const tooWide = await page.evaluate(() =>
        [...document.querySelectorAll('main *')]
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map((element) => `${element.tagName}.${element.className}`),
      )
      expect.soft([path, tooWide.slice(0, 5)]).toEqual([path, []])
    }
    // As filters in the address, in the dialog, the palette and as text that is searched for.
    const query = new URLSearchParams(names.slice(0, 15).map((name) => ['project', name]))
    await page.goto(`/projects?${query}`)
    await settled(page)
    await page.keyboard.press('f')
    await page.getByLabel(/Search machines/).fill('<script>')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('<img')
    await page.keyboard.press('Escape')
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('sixty machines, three hundred projects and ten years are still a page', async () => {
    const server = await serveEmpty()
    const now = Date.now()
    const events = Array.from({ length: 3000 }, (_, i) =>
      anEvent({
        id: eventIdOf(i),
        machine: `m-${i % 60}`,
        session: `session-${i % 900}`,
        project: `p-${i % 300}`,
        occurred_at: now - i * 29 * 3_600_000,
      }),
    )
    for (let m = 0; m < 60; m++) {
      const own = events.filter(({ machine }) => machine === `m-${m}`)
      await sendEvents(server, { machine: `m-${m}`, hostname: `host-${m}`, events: own })
    }
    const { page } = await signedInPage(server.setup_link)
    for (const path of [
      '/?range=all',
      '/?range=all&by=project&every=day',
      '/?range=12m&by=machine',
      '/machines?range=all',
      '/projects?range=all',
    ]) {
      await page.goto(path)
      await settled(page)
      await page.locator('main .card').first().waitFor()
    }
    await page.goto('/sessions?range=all')
    await settled(page)
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('100 sessions, the latest').waitFor()
  })
})

describe.runIf(hasChromium && hasDashboard)('when something is not there', () => {
  useBrowser()

  test('a server that stops leaves what it said last, says so, and goes on when it is back', async () => {
    const server = await serveEmpty()
    const port = Number(new URL(server.url).port)
    await sendEvents(server, {
      machine: 'm-1',
      hostname: 'laptop',
      events: [anEvent({ machine: 'm-1', occurred_at: Date.now() })],
    })
    const { page } = await signedInPage(server.setup_link, { expects: /ERR_|Failed to load|EventSource/ })
    await settled(page)
    const before = await page.locator('.tile-value').first().textContent()
    await server.kill('SIGTERM')
    await page.keyboard.press('r')
    await page.getByText('The server cannot be reached.').waitFor()
    expect(await page.locator('.tile-value').first().textContent()).toBe(before)
    await page
      .getByText(/offline|connecting/)
      .first()
      .waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await server.again(port)
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('The server cannot be reached.').waitFor({ state: 'detached' })
  })

  test('a sign-in that was ended elsewhere leads to signing in', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link, { expects: /401/ })
    const { page: other } = await openPage(server.url)
    await other.goto('/sign-in')
    await other.getByLabel('Key of this server').fill(server.key)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByText('Now add a machine').waitFor()
    await other.getByRole('link', { name: 'Settings' }).click()
    const others = other.getByRole('table', { name: 'Browsers that are signed in' }).getByRole('button')
    await others.click()
    await other.getByRole('button', { name: 'Sign it out' }).click()
    await expect.poll(() => others.count()).toBe(0)
    await page.keyboard.press('r')
    await page.getByText('You are not signed in, or no longer.').waitFor()
    // What was seen before is not for whoever sits here now.
    expect(await page.getByText('Now add a machine').count()).toBe(0)
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('a page that is nowhere is the overview, and says what it passed over', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link, { expects: /404/ })
    const answer = await page.goto('/nowhere')
    expect(answer?.status()).toBe(404)
    await page.getByText('Now add a machine').waitFor()
    expect(await page.locator('.notice').textContent()).toContain('nowhere')
    expect(await accessibilityTrouble(page)).toEqual([])
  })
})

if (!hasChromium) test('names from outside', (context) => context.skip(WITHOUT_CHROMIUM))
