import type { Page } from './address.ts'

export const PAGE_TITLES: Readonly<Record<Page, string>> = {
  overview: 'Overview',
  machines: 'Machines',
  models: 'Models',
  projects: 'Projects',
  sessions: 'Sessions',
  limits: 'Limits',
  settings: 'Settings',
  setup: 'Set up',
  'sign-in': 'Sign in',
  pair: 'Add a machine',
  share: 'Shared usage',
}

/** Those in the bar, with the second key of their shortcut (`g o`). */
export const MAIN_PAGES = [
  ['overview', 'o'],
  ['machines', 'm'],
  ['models', 'd'],
  ['projects', 'p'],
  ['sessions', 's'],
  ['limits', 'l'],
] as const satisfies readonly (readonly [Page, string])[]
