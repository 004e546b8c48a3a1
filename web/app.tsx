import type { ComponentType } from 'preact'
import { useEffect, useErrorBoundary, useState } from 'preact/hooks'
import type { Problem } from '../core/problem.ts'
import type { Page } from './address.ts'
import { Frame } from './frame.tsx'
import { loadPart } from './load-part.ts'
import { address } from './navigation.ts'
import { Overview } from './pages/overview.tsx'
import { PAGE_TITLES } from './page-titles.ts'
import { asProblem } from './request.ts'
import { useStore } from './store.ts'
import { type PageSurroundings, Surroundings } from './surroundings.ts'

/** Pages besides the first one come when they are opened. */
const LAZY: Readonly<Record<Exclude<Page, 'overview'>, () => Promise<ComponentType>>> = {
  machines: async () => (await import('./pages/machines.tsx')).Machines,
  models: async () => (await import('./pages/models.tsx')).Models,
  projects: async () => (await import('./pages/projects.tsx')).Projects,
  sessions: async () => (await import('./pages/sessions.tsx')).Sessions,
  limits: async () => (await import('./pages/limits.tsx')).Limits,
  settings: async () => (await import('./pages/settings.tsx')).Settings,
  setup: async () => (await import('./pages/setup.tsx')).Setup,
  'sign-in': async () => (await import('./pages/sign-in.tsx')).SignIn,
  pair: async () => (await import('./pages/pair.tsx')).Pair,
  share: async () => (await import('./pages/share.tsx')).Share,
}

/** Pages for those who are not signed in, or have no page to go to but this. */
const BARE: readonly Page[] = ['setup', 'sign-in', 'share']

export function App({ surroundings }: { readonly surroundings: PageSurroundings }) {
  const { page } = useStore(address)
  useEffect(() => {
    document.title = page === 'overview' ? 'Claudeforge' : `${PAGE_TITLES[page]} · Claudeforge`
  }, [page])
  return (
    <Surroundings.Provider value={surroundings}>
      {BARE.includes(page) ? (
        <Content key={page} page={page} />
      ) : (
        <Frame page={page}>
          <Content key={page} page={page} />
        </Frame>
      )}
    </Surroundings.Provider>
  )
}

/** A page, what is shown until it has come, and what is said where it does not come or breaks. */
function Content({ page }: { readonly page: Page }) {
  const [broken, mend] = useErrorBoundary()
  const { component: Shown, problem, retry } = usePage(page)
  const trouble = broken === undefined ? problem : asProblem(broken)
  if (trouble !== undefined) {
    return (
      <>
        <h1>{PAGE_TITLES[page]}</h1>
        <div class="card trouble" role="alert">
          <p>
            <strong>✗ This page cannot be shown.</strong> {trouble.message}
          </p>
          <p>
            <button
              type="button"
              onClick={() => {
                mend()
                retry()
              }}
            >
              Try again
            </button>
          </p>
        </div>
      </>
    )
  }
  return Shown === undefined ? <p class="waiting" /> : <Shown />
}

/** The component of a page; neither it nor a problem until one of them has come. */
function usePage(page: Page): {
  component: ComponentType | undefined
  problem: Problem | undefined
  retry: () => void
} {
  const [component, setComponent] = useState<{ is: ComponentType } | undefined>(
    page === 'overview' ? { is: Overview } : undefined,
  )
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const load = () => {
    if (page === 'overview') return
    setProblem(undefined)
    loadPart(LAZY[page]).then(
      (is) => setComponent({ is }),
      (error: unknown) => setProblem(asProblem(error)),
    )
  }
  useEffect(load, [])
  return { component: component?.is, problem, retry: load }
}
