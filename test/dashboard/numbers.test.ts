import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compactCount } from '../../core/format.ts'
import { dollars, parseUsd } from '../../core/money.ts'
import { hasChromium, openPage, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { DEMO_KEY, hasDashboard, serveDemo, settled } from '../support/dashboard.ts'
import { tempFolder } from '../support/folders.ts'
import { runForge, type ServedForge } from '../support/program.ts'
import { repository } from '../readme/documents.ts'

interface Printed {
  readonly totals: { readonly total_tokens: number; readonly cost_usd: string | null }
  readonly rows: readonly { readonly date: string; readonly group: string; readonly total_tokens: number }[]
}

describe.runIf(hasChromium && hasDashboard)('the page', () => {
  useBrowser()
  let demo: ServedForge
  beforeAll(async () => {
    demo = await serveDemo()
  })
  afterAll(() => demo.kill('SIGTERM'))

  test('shows the same numbers as forge tokens --json, whatever is asked', async () => {
    const home = tempFolder()
    const env = { FORGE_SERVER_URL: demo.url, FORGE_API_KEY: DEMO_KEY }
    const { page } = await openPage(demo.url, { zone: 'UTC' })
    const questions = fc.sample(
      fc.record({
        from: fc.integer({ min: 0, max: 200 }),
        days: fc.integer({ min: 1, max: 60 }),
        by: fc.constantFrom('model', 'machine', 'project', 'type', 'agent', 'version'),
        machine: fc.constantFrom(undefined, undefined, 'studio', 'laptop'),
        tz: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/Havana'),
      }),
      { numRuns: 10, seed: 7 },
    )
    for (const { from, days, by, machine, tz } of questions) {
      const [first, last] = [dayAgo(from + days), dayAgo(from + 1)]
      const query = new URLSearchParams({ from: first, to: last, by, tz, every: 'day', ...(machine && { machine }) })
      await page.goto(`/?${query}`)
      await settled(page)
      const words = ['tokens', '--json', '--since', first, '--until', last, '--by', by, '--tz', tz, '--every', 'day']
      const { stdout, stderr, code } = await runForge([...words, ...(machine ? ['--machine', machine] : [])], {
        home,
        env,
      })
      expect([code, stderr]).toEqual([0, expect.any(String)])
      const printed = JSON.parse(stdout) as Printed
      const [tokens, cost] = await page.locator('.tile-value').allTextContents()
      expect([String(query), tokens]).toEqual([String(query), compactCount(printed.totals.total_tokens)])
      expect([String(query), cost]).toEqual([String(query), dollars(parseUsd(printed.totals.cost_usd ?? '0'))])
      // The chart as a table has every bar's total.
      await page.keyboard.press('.')
      const totals = await page.evaluate(() => {
        const table = document.querySelector('figure table')
        const headings = [...(table?.querySelectorAll('thead th') ?? [])].map((cell) => cell.textContent)
        const column = headings.indexOf('Total')
        return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => row.children[column]?.textContent)
      })
      const byDay = Map.groupBy(printed.rows, ({ date }) => date)
      const expected = Array.from({ length: days }, (_, i) => {
        const rows = byDay.get(dayAgo(from + days - i)) ?? []
        return compactCount(rows.reduce((sum, row) => sum + row.total_tokens, 0))
      })
      expect([String(query), totals]).toEqual([String(query), expected])
    }
  })

  test('comes in few bytes and one question, and does not jump about', async () => {
    const { page, context } = await openPage(demo.url)
    const sizes = new Map<string, number>()
    const questions: string[] = []
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/v1/')) questions.push(pathname)
      else sizes.set(pathname, brotliSize(pathname))
    })
    await page.addInitScript({
      content: `window.__shift = 0
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.__shift += entry.value })
          .observe({ type: 'layout-shift', buffered: true })`,
    })
    await page.goto('/')
    await settled(page)
    await page.locator('.chart svg').first().waitFor()
    const scripts = [...sizes].filter(([path]) => path.endsWith('.js')).reduce((sum, [, bytes]) => sum + bytes, 0)
    const all = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
    expect(scripts).toBeLessThanOrEqual(60 * 1024)
    expect(all).toBeLessThanOrEqual(90 * 1024)
    expect(questions.filter((path) => path !== '/v1/live')).toEqual(['/v1/overview'])
    expect(await page.evaluate(() => (window as unknown as { __shift: number }).__shift)).toBeLessThan(0.05)
    expect(await context.cookies()).toEqual([])
  })
})

/** Bytes of a built file as a browser gets it. */
function brotliSize(path: string): number {
  const folder = join(repository, 'dist/web')
  const name = path === '/' ? 'index.html' : path.slice(1)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return readFileSync(join(folder, files.includes(`${name}.br`) ? `${name}.br` : name)).length
}

function dayAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

if (!hasChromium) test('the page', (context) => context.skip(WITHOUT_CHROMIUM))
