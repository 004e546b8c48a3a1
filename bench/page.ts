import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { cacheFolder, yearLedger } from './corpora.ts'
import { type Figures, figuresOf } from './measure.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const EVENTS = 1_000_000
const VISITS = 9
const REDRAWS = 30

/** The dashboard in Chromium over a million events; undefined without Chromium. */
export async function measurePage(
  forge: readonly string[],
): Promise<{ events: number; figures: Figures[] } | undefined> {
  if (!existsSync(CHROMIUM)) return undefined
  const { url, stop } = await serveYear(forge)
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
  try {
    const figures = [
      figuresOf('first visit: from the address to the first chart', await firstCharts(browser, url)),
      figuresOf('365 bars in six series drawn anew, with all around them', await redraws(browser, url)),
    ]
    return { events: EVENTS, figures }
  } finally {
    await browser.close()
    await stop()
  }
}

/** Milliseconds from the start of the navigation until bars are there, each time without a cache. */
async function firstCharts(browser: Browser, baseURL: string): Promise<number[]> {
  const times: number[] = []
  for (let visit = -1; visit < VISITS; visit++) {
    const context = await browser.newContext({ baseURL })
    const page = await context.newPage()
    await page.addInitScript({
      content: `window.__chart = new Promise((done) => new MutationObserver((_, observer) => {
          if (document.querySelector('.chart path[d^="M"]') === null) return
          observer.disconnect()
          requestAnimationFrame(() => done(performance.now()))
        }).observe(document, { subtree: true, childList: true, attributes: true }))`,
    })
    await page.goto('/')
    const ms = await page.evaluate<number>('window.__chart')
    if (visit >= 0) times.push(ms)
    await context.close()
  }
  return times
}

/** Milliseconds of script, style and layout that another metric costs. */
async function redraws(browser: Browser, baseURL: string): Promise<number[]> {
  const page = await browser.newPage({ baseURL, viewport: { width: 1280, height: 900 } })
  await page.goto('/?range=12m&every=day&by=project')
  await page.locator('.chart path[d^="M"]').first().waitFor()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const work = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return 1000 * (of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration'))
  }
  const times: number[] = []
  for (let n = 0; n < REDRAWS; n++) {
    const before = await work()
    await page.keyboard.press('v')
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    times.push((await work()) - before)
  }
  await page.close()
  return times
}

async function serveYear(forge: readonly string[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const data = join(cacheFolder('page'), 'server')
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  copyFileSync(await yearLedger(EVENTS), join(data, 'usage.db'))
  const [node = '', ...words] = forge
  const server = spawn(node, [...words, 'serve', '--port', '0', '--data', data], {
    env: { ...process.env, FORGE_VIEWERS: 'anyone' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await new Promise<string>((resolve, reject) => {
    let printed = ''
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const told = /"port":(\d+)/.exec(printed)?.[1]
      if (told !== undefined) resolve(told)
    })
    server.once('close', () => reject(new Error(`the server ended: ${printed}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'close')
    },
  }
}
