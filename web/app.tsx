import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Page } from './address.ts'
import { Frame } from './frame.tsx'
import { address } from './navigation.ts'
import { Overview } from './pages/overview.tsx'
import { PAGE_TITLES } from './page-titles.ts'
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
  const Content = usePage(page)
  const content = Content === undefined ? <p class="waiting" /> : <Content key={page} />
  return (
    <Surroundings.Provider value={surroundings}>
      {BARE.includes(page) ? content : <Frame page={page}>{content}</Frame>}
    </Surroundings.Provider>
  )
}

/** The component of a page, undefined until it has come. */
function usePage(page: Page): ComponentType | undefined {
  const [loaded, setLoaded] = useState<{ page: Page; component: ComponentType } | undefined>(undefined)
  useEffect(() => {
    if (page === 'overview') return undefined
    let isWanted = true
    LAZY[page]().then(
      (component) => isWanted && setLoaded({ page, component }),
      // The server was updated, and the files of before are gone: the new ones come with a reload.
      () => isWanted && location.reload(),
    )
    return () => {
      isWanted = false
    }
  }, [page])
  if (page === 'overview') return Overview
  return loaded?.page === page ? loaded.component : undefined
}
