import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, serveDemo, settled } from '../support/dashboard.ts'
import type { ServedForge } from '../support/program.ts'

const PAGES = ['/', '/machines', '/models', '/projects', '/sessions', '/limits', '/settings', '/sign-in'] as const

describe.runIf(hasChromium && hasDashboard)('every page', () => {
  useBrowser()
  let demo: ServedForge
  beforeAll(async () => {
    demo = await serveDemo()
  })
  afterAll(() => demo.kill('SIGTERM'))

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 800, 360, 320]) {
      test(`is whole and accessible in ${scheme} at ${width} pixels`, async () => {
        const { page } = await openPage(demo.url, { scheme, width })
        for (const path of PAGES) {
          await page.goto(path)
          await settled(page)
          expect.soft([path, await accessibilityTrouble(page)]).toEqual([path, []])
          // Nothing hangs out on the right: no page scrolls sideways.
          const [content, window] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            document.documentElement.clientWidth,
          ])
          expect.soft([path, content, window, (content ?? 0) <= (window ?? 0)]).toEqual([path, content, window, true])
        }
      })
    }
  }

  test('works at 200 % zoom, with more contrast, in forced colours and in print', async () => {
    // Zoomed to 200 %, 1280 pixels are 640.
    const { page } = await openPage(demo.url, { width: 640 })
    for (const media of [{ contrast: 'more' }, { forcedColors: 'active' }, { media: 'print' }] as const) {
      await page.emulateMedia(media)
      await page.goto('/')
      await settled(page)
      expect.soft([media, await accessibilityTrouble(page)]).toEqual([media, []])
    }
    // Patterns stand in for colours in print, and where more contrast is wanted.
    expect(await page.locator('.pattern').first().isVisible()).toBe(true)
  })

  test('is found from every other one by its link, and by its keys', async () => {
    const { page } = await openPage(demo.url)
    await page.goto('/')
    await settled(page)
    for (const [name, key] of [
      ['Machines', 'm'],
      ['Models', 'd'],
      ['Projects', 'p'],
      ['Sessions', 's'],
      ['Limits', 'l'],
      ['Overview', 'o'],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' })
      await page.getByRole('link', { name: 'Settings' }).click()
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
      await page.getByRole('navigation').getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' })
    }
  })
})

if (!hasChromium) test('every page', (context) => context.skip(WITHOUT_CHROMIUM))
