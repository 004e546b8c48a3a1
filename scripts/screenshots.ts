// Takes the pictures of the dashboard that the documents show, of the made-up year. Needs a build and Debian's chromium.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs/screenshots')

const PICTURES = [
  { name: 'overview-light', path: '/', width: 1200, height: 1010, scheme: 'light' },
  { name: 'overview-dark', path: '/?range=12m&by=project', width: 1200, height: 1010, scheme: 'dark' },
  { name: 'phone', path: '/', width: 390, height: 844, scheme: 'light' },
  { name: 'machines', path: '/machines?range=90d', width: 1200, height: 760, scheme: 'light' },
  { name: 'models', path: '/models?range=12m', width: 1200, height: 900, scheme: 'dark' },
  { name: 'limits', path: '/limits', width: 1200, height: 900, scheme: 'light' },
] as const

const server = spawn(process.execPath, [join(root, 'dist/forge.js'), 'serve', '--demo', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'ignore'],
})
try {
  const url = await addressOf(server.stdout)
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--force-color-profile=srgb'],
  })
  mkdirSync(folder, { recursive: true })
  for (const { name, path, width, height, scheme } of PICTURES) {
    const page = await browser.newPage({
      baseURL: url,
      viewport: { width, height },
      colorScheme: scheme,
      deviceScaleFactor: width < 500 ? 2 : 1,
      timezoneId: 'Europe/Berlin',
    })
    await page.goto(path)
    await page.locator('.answered .card').first().waitFor()
    await page.locator('.freshness.ok').waitFor()
    await page.evaluate('document.fonts.ready.then(() => undefined)')
    await page.screenshot({ path: join(folder, `${name}.png`) })
    await page.close()
    console.log(`docs/screenshots/${name}.png`)
  }
  await browser.close()
} finally {
  server.kill('SIGTERM')
  await once(server, 'close')
}

/** Where the server says that it is. */
async function addressOf(stdout: NodeJS.ReadableStream): Promise<string> {
  let printed = ''
  for await (const text of stdout) {
    printed += String(text)
    const url = /Look: (\S+)/.exec(printed)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`the server ended: ${printed}`)
}
