import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { DEMO_KEY, hasDashboard, serveDemo, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { tempFolder } from '../support/folders.ts'
import { runForge, type ServedForge } from '../support/program.ts'

describe.runIf(hasChromium && hasDashboard)('looking at usage', () => {
  useBrowser()
  let demo: ServedForge
  beforeAll(async () => {
    demo = await serveDemo()
  })
  afterAll(() => demo.kill('SIGTERM'))

  const open = async (path: string) => {
    const { page } = await openPage(demo.url)
    await page.goto(path)
    await settled(page)
    return page
  }

  test('all of it is in the address: choices, filters, the back button and a copied link', async () => {
    const page = await open('/')
    await page.getByLabel('Range', { exact: true }).selectOption('7d')
    await page.getByLabel('What the bars show').selectOption('cost')
    await page.getByLabel('What each bar is divided by').selectOption('project')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByRole('button', { name: 'atlas' }).first().click()
    await settled(page)
    expect(search(page)).toBe('?range=7d&compare=previous&by=project&metric=cost&project=atlas')
    await page.getByRole('heading', { name: /Cost at list price per day/ }).waitFor()
    await page.getByText('period before').waitFor()

    // The same link in another browser shows the same.
    const copied = await open(`/${search(page)}`)
    expect(await tiles(copied)).toEqual(await tiles(page))

    await page.goBack()
    await settled(page)
    expect(search(page)).toBe('?range=7d&compare=previous&by=project&metric=cost')
    await page.goForward()
    await settled(page)
    await page.getByRole('button', { name: /project: atlas/ }).click()
    await settled(page)
    expect(search(page)).toBe('?range=7d&compare=previous&by=project&metric=cost')
  })

  test('a filter narrows every page, and never adds', async () => {
    const page = await open('/')
    const all = await tokens(page)
    await page.keyboard.press('f')
    await page.getByRole('checkbox', { name: /laptop/ }).check()
    await page.keyboard.press('Escape')
    await settled(page)
    expect(await tokens(page)).toBeLessThan(all)
    await page.getByRole('navigation').getByRole('link', { name: 'Sessions' }).click()
    await settled(page)
    expect(search(page)).toBe('?machine=laptop')
    const machines = await page.locator('table[aria-label="Sessions"] tbody td:nth-child(3)').allTextContents()
    expect(new Set(machines)).toEqual(new Set(['laptop']))
  })

  test('the range moves by its own length, and not into the future', async () => {
    const page = await open('/?range=7d')
    await page.getByRole('button', { name: 'The range before' }).click()
    await settled(page)
    const [from, to] = ['from', 'to'].map((name) => new URLSearchParams(search(page)).get(name) ?? '')
    expect((Date.parse(to as string) - Date.parse(from as string)) / 86_400_000).toBe(6)
    await page.getByRole('button', { name: 'The range after' }).click()
    await settled(page)
    expect(await page.getByRole('button', { name: 'The range after' }).isDisabled()).toBe(true)
    await page.keyboard.press('1')
    await settled(page)
    expect(search(page)).toBe('?range=today')
    // Soon after midnight there is nothing yet.
    await page.getByText(/^Tokens per hour|^Nothing in this range/).waitFor()
    await page.getByLabel('Range', { exact: true }).selectOption('custom')
    await page.getByLabel('First day').fill('2020-01-02')
    await page.getByLabel('Last day').fill('2020-01-01')
    await page.getByText('The last day comes before the first one.').waitFor()
    await page.getByLabel('Last day').fill('2020-01-05')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await settled(page)
    await page.getByText('Nothing in this range').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('a keyboard alone goes through bars and squares, opens them, and finds every chart as a table', async () => {
    const page = await open('/')
    const bars = page.getByRole('slider', { name: /Tokens per day/ })
    await bars.focus()
    await page.keyboard.press('End')
    expect(await bars.getAttribute('aria-valuetext')).toMatch(/tokens.*so far$/)
    await page.keyboard.press('ArrowLeft')
    const said = (await bars.getAttribute('aria-valuetext')) ?? ''
    expect(said).toMatch(/^\w{3} \d+ \w{3}: [\d.]+[KM] tokens; /)
    await page.locator('.tooltip').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('.tooltip').count()).toBe(0)
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await settled(page)
    expect(search(page)).toMatch(/^\?from=(\S+)&to=\1$/)
    await page.goBack()
    await settled(page)

    const year = page.getByRole('grid', { name: 'Tokens of each day of the year' })
    const square = year.locator('[role="gridcell"][tabindex="0"]')
    await square.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowUp')
    const day = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['cell'])
    await page.keyboard.press('Enter')
    await settled(page)
    expect(search(page)).toBe(`?from=${day}&to=${day}`)
    await page.goBack()
    await settled(page)

    await page.keyboard.press('.')
    expect(await page.locator('figure table').count()).toBe(await page.locator('figure').count())
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('the hours of the week are asked for when they are seen, and a keyboard alone goes through them', async () => {
    const { page } = await openPage(demo.url)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto('/?range=7d')
    await settled(page)
    expect(asked).not.toContain('/v1/stats/punchcard')
    await page.getByRole('heading', { name: 'The year' }).scrollIntoViewIfNeeded()
    const hours = page.getByRole('grid', { name: 'Tokens of each hour of the week' })
    await hours.waitFor()
    expect(asked.filter((path) => path === '/v1/stats/punchcard')).toHaveLength(1)

    await hours.locator('[tabindex="0"]').focus()
    const said = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
    expect(await said()).toMatch(/^Sunday 23:00–00:00: /)
    await page.keyboard.press('ArrowRight')
    expect(await said()).toMatch(/^Sunday 23:00–00:00: /)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowLeft')
    expect(await said()).toMatch(/^Saturday 22:00–23:00: (?:nothing|[\d.]+[KM]? tokens)$/)
    await page.keyboard.press('Home')
    expect(await said()).toMatch(/^Monday 00:00–01:00: /)

    await page.setViewportSize({ width: 360, height: 900 })
    await hours.locator('[aria-label^="Monday 00:00–02:00: "]').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.locator('.hours-place').getByRole('button', { name: 'Show as table' }).click()
    expect(await page.locator('.hours-place tbody tr').count()).toBe(24)
  })

  test('every key of the help sheet does what it says, in no field, and can be switched off', async () => {
    const page = await open('/')
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'detached' })
    await page.keyboard.press('x')
    await page.keyboard.press('b')
    await page.keyboard.press('v')
    await settled(page)
    expect(search(page)).toBe('?range=30d&compare=previous&by=machine&metric=cost')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('billing')
    expect(await accessibilityTrouble(page)).toEqual([])
    // In a field, 1 is a 1.
    await page.getByRole('dialog').getByRole('combobox').press('1')
    expect(search(page)).toBe('?range=30d&compare=previous&by=machine&metric=cost')
    await page.getByRole('dialog').getByRole('combobox').fill('billing')
    await page.keyboard.press('Enter')
    await settled(page)
    expect(search(page)).toContain('project=billing-api')
    await page.keyboard.press('?')
    await page.getByLabel(/Single keys do something/).uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('x')
    expect(search(page)).toContain('compare=previous')
  })

  test('what is shown can be saved as CSV, the same as the program prints', async () => {
    const page = await open('/?range=7d&by=machine')
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')])
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).toBe(await printed('--by', 'machine'))
    expect(text).toContain(',studio,')
    expect(text).not.toContain('previous_')
  })

  test('beside the period before it is saved with it, the same as the program prints', async () => {
    const page = await open('/?range=7d&by=machine&compare=previous')
    const exporting = page.getByRole('button', { name: 'Export' })
    const [download] = await Promise.all([page.waitForEvent('download'), exporting.click()])
    const text = readFileSync(await download.path(), 'utf8')
    expect(text).toBe(await printed('--by', 'machine', '--compare'))
    expect(text).toContain(',previous_total_tokens,')
  })

  /** What the program prints of the last seven days. */
  async function printed(...more: string[]): Promise<string> {
    const words = ['tokens', '--csv', '-d', '7', '--tz', 'Europe/Berlin', ...more]
    const env = { FORGE_SERVER_URL: demo.url, FORGE_API_KEY: DEMO_KEY }
    return (await runForge(words, { home: tempFolder(), env })).stdout
  }

  test('dragging over bars shows only those days', async () => {
    const page = await open('/')
    const box = await page.getByRole('slider', { name: /Tokens per day/ }).boundingBox()
    if (box === null) throw new Error('no chart')
    await page.mouse.move(box.x + box.width * 0.4, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 100, { steps: 4 })
    await page.mouse.up()
    await settled(page)
    const [from, to] = ['from', 'to'].map((name) => Date.parse(new URLSearchParams(search(page)).get(name) ?? ''))
    expect(((to as number) - (from as number)) / 86_400_000).toBeGreaterThanOrEqual(4)
  })

  test('unknown values in the address are named and passed over', async () => {
    const page = await open('/?range=forever&by=%3Cscript%3E&metric=tokens&machine=&colour=red')
    await page.getByText(/The address says some things that mean nothing here/).waitFor()
    expect(await page.locator('.notice').textContent()).toContain('range=forever, by=<script>, machine=, colour=red')
    expect(await tokens(page)).toBeGreaterThan(0)
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('two viewers in two zones see the days of their own zone', async () => {
    const days = async (zone: string) => {
      const { page } = await openPage(demo.url, { zone })
      await page.goto('/?range=7d')
      await settled(page)
      await page.keyboard.press('.')
      return page.locator('figure').first().locator('tbody').textContent()
    }
    expect(await days('Pacific/Auckland')).not.toBe(await days('Pacific/Honolulu'))
  })
})

describe.runIf(hasChromium && hasDashboard)('a read-only link', () => {
  useBrowser()

  test('shows what was chosen, leads nowhere, and stops when it is ended', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link)
    await sendSome(server)
    await page.getByRole('heading', { name: /Tokens per day/ }).waitFor()
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByLabel(/Name, for you/).fill('For Ana')
    await page.getByLabel('Cost', { exact: true }).uncheck()
    await page.getByLabel('Top projects').uncheck()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = (await page.locator('dialog code').textContent()) ?? ''

    const { page: other } = await openPage(server.url, { expects: /401/ })
    await other.goto(link)
    await other.getByRole('heading', { name: 'For Ana' }).waitFor()
    expect(await accessibilityTrouble(other)).toEqual([])
    const text = (await other.locator('main').textContent()) ?? ''
    expect(text).toContain('machine 1')
    for (const secret of ['secret-laptop', 'secret-project', '$']) expect(text).not.toContain(secret)
    expect(await other.getByRole('link').count()).toBe(0)

    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'End now' }).click()
    await page.getByRole('button', { name: 'End it for good' }).click()
    await page.getByText('None. “Share” on the overview makes one.').waitFor()
    await other.reload()
    await other.getByText('This link does not work any more.').waitFor()
    expect(await other.locator('main').textContent()).not.toContain('machine 1')
  })
})

async function sendSome(server: { url: string; key: string }): Promise<void> {
  const { anEvent } = await import('../support/events.ts')
  const { sendEvents } = await import('../support/dashboard.ts')
  const events = Array.from({ length: 20 }, (_, i) =>
    anEvent({
      id: `event-${String(i).padStart(16, '0')}`,
      project: 'psecret',
      machine: 'm-1',
      occurred_at: Date.now() - i * 3_600_000,
    }),
  )
  await sendEvents(server, { machine: 'm-1', hostname: 'secret-laptop', events, labels: { psecret: 'secret-project' } })
}

function search(page: Page): string {
  return new URL(page.url()).search
}

async function tiles(page: Page): Promise<string[]> {
  return page.locator('.tile-value').allTextContents()
}

/** The tokens of the tile, in full: from the table of the chart, which adds up. */
async function tokens(page: Page): Promise<number> {
  const text = (await page.locator('.tile-value').first().textContent()) ?? ''
  const unit = { K: 1e3, M: 1e6, B: 1e9 }[text.slice(-1)] ?? 1
  return Number.parseFloat(text) * unit
}

if (!hasChromium) test('looking at usage', (context) => context.skip(WITHOUT_CHROMIUM))
