import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'

/** Debian's Chromium, or what CHROMIUM names. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const hasChromium = existsSync(CHROMIUM)
export const WITHOUT_CHROMIUM = `${CHROMIUM} is not installed (CHROMIUM names another one)`

/** Without these a browser of a closed network goes on asking its maker's servers. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
]

let browser: Browser | undefined

/** A browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET })
  })
  afterAll(() => browser?.close())
}

export interface Watched {
  readonly page: Page
  readonly context: BrowserContext
  /** What must not happen: errors on the page or the console, refused by the policy, asked of anyone else. */
  readonly trouble: string[]
}

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  readonly zone?: string
  /** Console errors that are part of the test, such as a 401. */
  readonly expects?: RegExp
}

/** A page in a browser profile of its own, watched for trouble until the test ends. */
export async function openPage(
  origin: string,
  { width = 1280, height = 900, scheme = 'light', zone = 'Europe/Berlin', expects }: PageOptions = {},
): Promise<Watched> {
  if (browser === undefined) throw new Error('useBrowser() first')
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height },
    colorScheme: scheme,
    timezoneId: zone,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const trouble: string[] = []
  await context.addInitScript({
    content: `addEventListener('securitypolicyviolation', (event) =>
      console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => trouble.push(`page: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (expects?.test(message.text()) !== true) trouble.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.origin !== origin) trouble.push(`foreign: ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  onTestFinished(async () => {
    await context.close()
    expect(trouble).toEqual([])
  })
  return { page, context, trouble }
}

/**
 * What axe finds wrong by WCAG 2.2 AA and its own good practice, as lines; empty where nothing is. An answer that is
 * dimmed while a newer one is on its way is waited for: contrast is judged of what stays.
 */
export async function accessibilityTrouble(page: Page): Promise<string[]> {
  await page.locator('.answered.old').waitFor({ state: 'detached' })
  // Through the debugger, which the page's policy does not stop, as it stops everything else that is not its own.
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
      }
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await inPage.run({ runOnly: { type: 'tag', values: tags } })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    )
  })
  return found
}

/** Holds the answer to the next request of an address, which the server gives at once. */
export async function holdNext(page: Page, url: string): Promise<{ isAsked: Promise<void>; letGo: () => void }> {
  const asked = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  await page.route(
    url,
    async (route) => {
      const response = await route.fetch()
      asked.resolve()
      await go.promise
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  return { isAsked: asked.promise, letGo: () => go.resolve() }
}
