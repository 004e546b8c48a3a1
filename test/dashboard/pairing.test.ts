import { describe, expect, test } from 'vitest'
import { hasChromium, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, serveEmpty, signedInPage } from '../support/dashboard.ts'
import { tempFolder } from '../support/folders.ts'
import { startForge } from '../support/program.ts'

describe.runIf(hasChromium && hasDashboard)('letting a machine in', () => {
  useBrowser()

  test('by the code in its terminal and the number beside it, and then it syncs', async () => {
    const server = await serveEmpty()
    const { page } = await signedInPage(server.setup_link)
    const home = tempFolder()
    const login = startForge(['login', server.url, '--no-browser', '--yes'], {
      home,
      env: { FORGE_HOSTNAME: 'laptop' },
    })
    let printed = ''
    login.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text))
    login.stderr?.setEncoding('utf8').on('data', (text: string) => (printed += text))
    await expect.poll(() => printed, { timeout: 20_000 }).toMatch(/[A-Z]{4}-[A-Z]{4}/)
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(printed)?.[0] ?? ''
    await page.goto(`/pair?code=${code}`)
    await page.getByRole('button', { name: 'Who is it?' }).click()
    await page.getByRole('heading', { name: 'laptop wants to sync here' }).waitFor()
    const choices = await page.locator('fieldset button.primary').allTextContents()
    const number = choices.find((choice) => new RegExp(`\\b${choice}\\b`).test(printed.replace(code, ''))) ?? ''
    await page.getByRole('button', { name: number, exact: true }).click()
    await page.getByText('✓ laptop is let in.').waitFor()
    await expect.poll(() => login.exitCode, { timeout: 30_000 }).toBe(0)
    expect(printed).not.toMatch(/cf_machine_/)
  })
})

if (!hasChromium) test('letting a machine in', (context) => context.skip(WITHOUT_CHROMIUM))
