import { type Address, addressOf, DEFAULT_VIEW, type Page, parseAddress, type View } from './address.ts'
import { recall, remember } from './browser-memory.ts'
import { createStore, type Store } from './store.ts'

/** Where we are. The address bar is the only place that knows; this follows it. */
export const address: Store<Address> = createStore(readAddress())

/** Goes to another page or view, as a step that the back button undoes. */
export function go(page: Page, view: View): void {
  history.pushState(null, '', addressOf(page, view))
  follow()
  if (page === 'overview') remember('view', addressOf('overview', { ...view, open: undefined }))
}

/** Changes how this page is looked at. */
export function look(change: Partial<View>): void {
  const { page, view } = address.value
  go(page, { ...view, open: undefined, ...change })
}

/** Replaces the address without a step to go back to. */
export function replace(url: string): void {
  history.replaceState(null, '', url)
  follow()
}

/** Takes over links inside the page, the back button, and the last view for whoever comes without one. */
export function startNavigation(): void {
  addEventListener('popstate', follow)
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a[data-in-page]')
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!(link instanceof HTMLAnchorElement) || !isPlain || event.defaultPrevented) return
    event.preventDefault()
    history.pushState(null, '', link.getAttribute('href'))
    follow()
    scrollTo(0, 0)
  })
  const { page, ignored } = address.value
  const isBare = page === 'overview' && location.search === '' && ignored.length === 0
  if (!isBare) return
  const last = recall('view') ?? ''
  replace(addressOf('overview', parseAddress('/', last.slice(last.indexOf('?'))).view))
}

/** The view without what belongs to one page only. */
export function viewForAnotherPage(view: View): View {
  return { ...view, open: undefined, every: DEFAULT_VIEW.every }
}

function follow(): void {
  address.set(readAddress())
}

function readAddress(): Address {
  return parseAddress(location.pathname, location.search)
}
