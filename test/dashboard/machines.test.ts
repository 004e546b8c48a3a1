import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { accessibilityTrouble, hasChromium, useBrowser, WITHOUT_CHROMIUM } from '../support/browser.ts'
import { hasDashboard, sendEvents, serveEmpty, settled, signedInPage } from '../support/dashboard.ts'
import { anEvent } from '../support/events.ts'

const SOON = { timeout: 20_000 }

describe.runIf(hasChromium && hasDashboard)('machines on the dashboard', () => {
  useBrowser()

  test('are renamed, grouped, merged, archived and deleted, each said before and taken back after', async () => {
    const { page } = await withTwoMachines('laptop', 'old-laptop')
    const before = await cards(page)
    expect(before).toEqual({ laptop: '30.0K', 'old-laptop': '10.0K' })

    await manage(page, 'laptop')
    await page.getByLabel(/^Name, here and in reports/).fill('desk')
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.getByRole('button', { name: 'Rename' }).click()
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '30.0K', 'old-laptop': '10.0K' })
    await page.getByText('calls itself laptop').waitFor()

    await manage(page, 'desk')
    await page.getByLabel('Group', { exact: true }).fill('office')
    await page.getByRole('button', { name: 'Set the group' }).click()
    await page.getByText('calls itself laptop · group office').waitFor()

    await manage(page, 'old-laptop')
    await page.getByRole('button', { name: 'Merge…' }).click()
    await page.getByText('old-laptop becomes desk: all that it has sent, and sends, counts for that.').waitFor()
    expect(await accessibilityTrouble(page)).toEqual([])
    await page.getByRole('button', { name: 'Merge them' }).click()
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '40.0K' })
    await page.getByText('is also old-laptop').waitFor()
    await undo(page, 'merge old-laptop into desk')
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '30.0K', 'old-laptop': '10.0K' })

    await manage(page, 'old-laptop')
    await page.getByRole('button', { name: 'Archive…' }).click()
    await page.getByRole('button', { name: 'Archive it' }).click()
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '30.0K' })
    await page.getByText('Archived: 1. They count, and nothing is expected of them.').waitFor()
    await undo(page, 'archive old-laptop')

    await manage(page, 'old-laptop')
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByText('old-laptop is deleted: 10 events of 10,000 tokens.').waitFor()
    await page.getByRole('button', { name: 'Keep as it is' }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete it' }).click()
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '30.0K' })
    await undo(page, 'delete old-laptop')
    await expect.poll(() => cards(page), SOON).toEqual({ desk: '30.0K', 'old-laptop': '10.0K' })
    await undo(page, 'group desk into office')
    await undo(page, 'rename laptop to desk')
    await expect.poll(() => cards(page), SOON).toEqual(before)
    expect(await accessibilityTrouble(page)).toEqual([])
  })

  test('of one name are two, with their own bars, and are found by what they are called', async () => {
    const { page } = await withTwoMachines('dev', 'dev')
    expect(Object.values(await cards(page)).toSorted()).toEqual(['10.0K', '30.0K'])
    for (const label of await page.locator('.machine .mini-bars [role="img"]').all()) {
      expect(await label.getAttribute('aria-label')).toMatch(/was highest with/)
    }
    await page.locator('.machine h2 a').first().click()
    await settled(page)
    await page.getByRole('button', { name: /machine: dev~/ }).waitFor()
    expect(await page.locator('.tile-value').first().textContent()).toBe('30.0K')
  })
})

/** The machine that came first has three times as much. */
async function withTwoMachines(first: string, second: string): Promise<{ page: Page }> {
  const server = await serveEmpty()
  const machines = [
    { machine: 'm-1aaa', hostname: first, count: 30 },
    { machine: 'm-2bbb', hostname: second, count: 10 },
  ]
  for (const { machine, hostname, count } of machines) {
    const events = Array.from({ length: count }, (_, i) => ({
      ...anEvent({ machine, occurred_at: Date.now() - i * 1000 }),
      id: `event-${machine === 'm-1aaa' ? 1 : 2}${String(i).padStart(15, '0')}`,
      input_tokens: 1000,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_write_5m_tokens: 0,
      cache_write_1h_tokens: 0,
    }))
    await sendEvents(server, { machine, hostname, events })
  }
  const { page } = await signedInPage(server.setup_link)
  await page.goto('/machines?range=7d')
  await settled(page)
  return { page }
}

/** The tokens of each machine that is not folded away. */
async function cards(page: Page): Promise<Record<string, string>> {
  // At one moment: cards come and go.
  const shown = await page
    .locator('section[aria-label="Machines"] .machine')
    .evaluateAll((all) => all.map((card) => ['h2', 'b'].map((part) => card.querySelector(part)?.textContent ?? '')))
  return Object.fromEntries(shown) as Record<string, string>
}

async function manage(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Manage ${name}`, exact: true }).click()
}

async function undo(page: Page, what: string): Promise<void> {
  const row = page.locator('table[aria-label="Changes of machines"] tr', { hasText: what })
  await row.getByRole('button', { name: 'Undo' }).click()
  await row.getByRole('button', { name: 'Take it back' }).click()
  await row.getByText('taken back').waitFor()
}

if (!hasChromium) test('machines on the dashboard', (context) => context.skip(WITHOUT_CHROMIUM))
