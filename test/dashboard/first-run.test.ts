import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { tempFolder, writeFile } from '../support/folders.ts'
import { runForge } from '../support/program.ts'
import { anAssistantRow, lines } from '../support/rows.ts'

describe.runIf(hasChromium && hasDashboard)('a first visit', () => {
  useBrowser()

  test('goes from the setup link to a first chart, which appears by itself when a machine syncs', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link)
    await settled(page)
    await page.getByText('The server is running. Now add a machine.').waitFor()
    expect(await page.evaluate(() => location.href)).not.toContain('#')
    expect(await accessibilityTrouble(page)).toEqual([])

    const home = tempFolder()
    const row = anAssistantRow({ output: 4321, timestamp: new Date().toISOString(), cwd: '/home/dev/shop' })
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(row))
    const env = { FORGE_SERVER_URL: server.url, FORGE_API_KEY: server.key, FORGE_HOSTNAME: 'laptop' }
    expect((await runForge(['sync'], { home, env })).code).toBe(0)

    await page.getByRole('heading', { name: /Tokens per day/ }).waitFor()
    await page
      .getByRole('cell', { name: 'laptop' })
      .or(page.getByRole('rowheader', { name: 'laptop' }))
      .first()
      .waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('finds a link that was used already used up, says so, and shows another way', async () => {
    const server = await serveEmpty()
    await signedInPage(server.setup_link)
    const { page } = await openPage(server.url, { expects: /401/ })
    await page.goto(server.setup_link)
    await page.getByText('This link was used already').waitFor()
    await page.getByRole('link', { name: 'Sign in another way' }).click()
    await page.getByLabel('Key of this server').fill(server.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Now add a machine').waitFor()
    // The key went to the server once, and is nowhere in the page or its memory.
    const kept = await page.evaluate(() =>
      JSON.stringify([
        document.documentElement.outerHTML,
        Object.entries(localStorage),
        Object.entries(sessionStorage),
        document.cookie,
      ]),
    )
    expect(kept).not.toContain(server.key)
  })

  test('without a sign-in leads to signing in, and back to the same view', async () => {
    const server = await serveEmpty()
    const { page } = await openPage(server.url, { expects: /401/ })
    await page.goto('/models?range=7d')
    await page.getByRole('link', { name: 'Sign in' }).first().click()
    await page.getByLabel('Key of this server').fill('cf_admin_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('This key').first().waitFor()
    await page.getByLabel('Key of this server').fill(server.key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => url.pathname === '/models' && url.search === '?range=7d')
  })
})

if (!hasChromium) test('a first visit', (context) => context.skip(WITHOUT_CHROMIUM))
