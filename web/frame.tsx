import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { addressOf, type Page } from './address.ts'
import { revision } from './answers.ts'
import { connection, listen } from './live.ts'
import { address, go, viewForAnotherPage } from './navigation.ts'
import { MAIN_PAGES, PAGE_TITLES } from './page-titles.ts'
import { onShortcut } from './shortcuts.ts'
import { useStore } from './store.ts'
import { useDelay } from './use-delay.ts'
import { Surroundings } from './surroundings.ts'
import { LazyDialogs } from './controls/lazy-dialogs.tsx'

/** What is around every page: where one can go, and whether what is seen is fresh. */
export function Frame({ page, children }: { readonly page: Page; readonly children: ComponentChildren }) {
  const { view } = useStore(address)
  useEffect(() => listen(), [])
  useEffect(() => {
    const stops = MAIN_PAGES.map(([to, key]) =>
      onShortcut(`g ${key}`, () => go(to, viewForAnotherPage(address.value.view))),
    )
    return () => stops.forEach((stop) => stop())
  }, [])
  const link = (to: Page, text: string) => (
    <a href={addressOf(to, viewForAnotherPage(view))} data-in-page aria-current={to === page ? 'page' : undefined}>
      {text}
    </a>
  )
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href={addressOf('overview', viewForAnotherPage(view))} data-in-page>
          <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" class="series-0" />
            <path class="brand-bars" d="M7 24h4v-8H7zm7 0h4V7h-4zm7 0h4V12h-4z" />
          </svg>
          Claudeforge
        </a>
        <nav aria-label="Pages" class="pages">
          <ul>
            {MAIN_PAGES.map(([to]) => (
              <li key={to}>{link(to, PAGE_TITLES[to])}</li>
            ))}
          </ul>
        </nav>
        <div class="bar-end">
          <Freshness />
          <LazyDialogs />
          {link('settings', 'Settings')}
        </div>
      </header>
      <PageChange page={page} />
      <main id="main" tabIndex={-1}>
        <Away />
        {children}
      </main>
    </>
  )
}

/** Tells a screen reader which page it is, once another one has come. */
function PageChange({ page }: { readonly page: Page }) {
  const before = useRef(page)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (before.current === page) return
    before.current = page
    setSaid(PAGE_TITLES[page])
  }, [page])
  return (
    <span class="only-read" role="status">
      {said}
    </span>
  )
}

/** Longer than a server takes to start again. */
const AWAY_MS = 8000

/** Says that the server is not there, once that is more than a moment. */
function Away() {
  const state = useStore(connection)
  const isLong = useDelay(state === 'connecting', AWAY_MS)
  if (state === 'live' || (state === 'connecting' && !isLong)) return null
  return (
    <p class="banner" role="status">
      {state === 'offline'
        ? '▲ This device is offline. What is shown is what the server said last.'
        : '▲ No news comes from the server. It is asked once a minute, and what is shown is what it said last.'}
    </p>
  )
}

const STATES = {
  live: ['ok', 'live'],
  connecting: ['warn', 'connecting'],
  offline: ['bad', 'offline'],
} as const

/** Does the page hear of news as they come? Says so at most once a minute to a screen reader. */
function Freshness() {
  const state = useStore(connection)
  const { now } = useContext(Surroundings)
  const version = useStore(revision)
  const [said, setSaid] = useState({ text: '', at: 0 })
  useEffect(() => {
    if (version > 0 && now() - said.at > 60_000) setSaid({ text: 'The numbers are new.', at: now() })
  }, [version])
  const [kind, word] = STATES[state]
  return (
    <>
      <span
        class={`freshness ${kind}`}
        title={state === 'live' ? 'New usage appears by itself' : 'Looking for new usage once a minute'}
      >
        <i aria-hidden="true" /> {word}
      </span>
      <span class="only-read" role="status">
        {said.text}
      </span>
    </>
  )
}
