import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accessibilityTrouble,
  hasChromium,
  openPage,
  useBrowser,
  WITHOUT_CHROMIUM,
  holdNext,
} from '../support/browser.ts'
import { hasDashboard, serveDemo, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { tempFolder, writeFile } from '../support/folders.ts'
import { runForge, type ServedForge } from '../support/program.ts'
import { anAssistantRow, lines } from '../support/rows.ts'
import { repository } from '../readme/documents.ts'

/** What a page looks like when it is not simply there: loading, failed, open details, days that are not quite known. */

describe.runIf(hasChromium && hasDashboard)('a state of a page', () => {
  useBrowser()
  let demo: ServedForge
  beforeAll(async () => {
    demo = await serveDemo()
  })
  afterAll(() => demo.kill('SIGTERM'))

  test('that is loading is a skeleton after a moment, and accessible', async () => {
    const { page } = await openPage(demo.url)
    const held = await holdNext(page, '**/v1/overview*')
    await page.goto('/?range=30d')
    await page.locator('.skeleton').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    held.letGo()
    await page.locator('.tile-value').first().waitFor()
    expect(await page.locator('.skeleton').count()).toBe(0)
  })

  test('that failed is told with what helps, and accessible', async () => {
    const { page } = await openPage(demo.url, { expects: /Failed to load/ })
    await page.route('**/v1/overview*', (route) => route.fulfill({ status: 502, body: '<html>Bad gateway</html>' }))
    await page.goto('/?range=30d')
    await page.getByText('answered 502').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.unroute('**/v1/overview*')
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.locator('.tile').first().waitFor()
  })

  test('that failed in each of its parts says why once, and tries them all again', async () => {
    const { page } = await openPage(demo.url, { expects: /ERR_|Failed to load/ })
    await page.goto('/?range=30d')
    await settled(page)
    await page.route('**/v1/stats/**', (route) => route.abort())
    let failures = 0
    page.on('requestfailed', () => (failures += 1))
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Models' }).click()
    await expect.poll(() => failures).toBeGreaterThan(1)
    await page.getByText('The server cannot be reached.').waitFor()
    expect(await page.getByText('The server cannot be reached.').count()).toBe(1)
    expect(await page.getByRole('alert').textContent()).not.toContain('What is shown')
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.unroute('**/v1/stats/**')
    await page.getByRole('button', { name: 'Try now' }).click()
    await expect.poll(() => page.getByText('The server cannot be reached.').count()).toBe(0)
    await page.getByRole('table', { name: 'Models' }).waitFor()
  })

  test('a session opens beside the list, by its address too, and gives the focus back', async () => {
    const { page } = await openPage(demo.url)
    await page.goto('/sessions?range=30d')
    await settled(page)
    const opener = page.locator('table[aria-label="Sessions"] [aria-expanded]').first()
    await opener.focus()
    await page.keyboard.press('Enter')
    const detail = page.getByRole('complementary')
    await detail.waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    const { page: other } = await openPage(demo.url)
    await other.goto(`/sessions${new URL(page.url()).search}`)
    await other.getByRole('complementary').waitFor()
    expect(await other.getByRole('complementary').textContent()).toBe(await detail.textContent())
    await page.keyboard.press('Escape')
    await detail.waitFor({ state: 'detached' })
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  test('blocks are gone through by arrow keys, and lead to their day', async () => {
    const { page } = await openPage(demo.url)
    await page.goto('/limits?range=7d')
    await settled(page)
    const blocks = page.getByRole('slider', { name: 'Five-hour blocks' })
    await blocks.focus()
    await page.keyboard.press('End')
    const last = await blocks.getAttribute('aria-valuetext')
    await page.keyboard.press('ArrowLeft')
    expect(await blocks.getAttribute('aria-valuetext')).not.toBe(last)
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.keyboard.press('Enter')
    await settled(page)
    expect(new URL(page.url()).search).toMatch(/^\?from=(\S+)&to=\1$/)
  })

  test('each machine’s bars and days are there as tables', async () => {
    const { page } = await openPage(demo.url)
    await page.goto('/machines?range=90d')
    await settled(page)
    await page.getByText('As tables').first().click()
    await page.getByRole('table').first().waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('days that are estimates, unknown or not over are marked, and said', async () => {
    const server = await serveEmpty()
    const home = tempFolder()
    const [old, today] = ['2026-01-20T12:00:00Z', new Date().toISOString()]
    const rows = [old, today].map((timestamp, i) => anAssistantRow({ output: 4321, timestamp, id: `msg_${i}` }))
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
    cpSync(join(repository, 'sources/claude-code/fixtures/stats-cache/v2.json'), join(home, '.claude/stats-cache.json'))
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, FORGE_HOSTNAME: 'laptop' }
    expect((await runForge(['sync'], { home, env })).code).toBe(0)
    const { page } = await signedInPage(server.setup_link)
    await page.goto('/?from=2026-01-08&to=2026-02-10')
    await settled(page)
    await page.getByText(/are an estimate of stats-cache.json/).waitFor()
    for (const mark of ['.estimate', '.unknown']) {
      expect([mark, (await page.locator(`.chart ${mark}`).count()) > 0]).toEqual([mark, true])
    }
    await page.keyboard.press('.')
    const notes = await page.locator('figure').first().locator('tbody td:last-child').allTextContents()
    expect(notes.filter((note) => /^≈[\d.]+K estimated$/.test(note)).length).toBeGreaterThan(0)
    expect(notes.filter((note) => /not known|unknown|never read/.test(note)).length).toBeGreaterThan(0)
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.goto('/?range=7d')
    await settled(page)
    expect(await page.locator('.chart .partial').count()).toBe(1)
  })

  test('pages for letting someone in are accessible in both themes', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const server = await serveEmpty()
      const { page } = await openPage(server.url, { scheme, expects: /40[01]/ })
      await page.goto('/setup#none')
      await page.getByRole('heading').first().waitFor()
      expect.soft(['/setup', scheme, await accessibilityTrouble(page)]).toEqual(['/setup', scheme, []])
      await page.goto(server.setup_link)
      await page.waitForURL((url) => url.pathname === '/')
      await page.goto('/pair')
      await page.getByRole('heading').first().waitFor()
      expect.soft(['/pair', scheme, await accessibilityTrouble(page)]).toEqual(['/pair', scheme, []])
    }
  })
})

if (!hasChromium) test('a state of a page', (context) => context.skip(WITHOUT_CHROMIUM))
