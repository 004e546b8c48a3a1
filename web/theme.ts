import { recall, remember } from './browser-memory.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export function chosenTheme(): Theme {
  const theme = recall('theme')
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** Shows a theme now, and at the next visit before the first paint (public/theme.js). */
export function chooseTheme(theme: Theme): void {
  remember('theme', theme === 'system' ? undefined : theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function arePatternsOn(): boolean {
  return recall('patterns') === 'on'
}

/** Patterns in the series, for those who cannot rely on colours. */
export function setPatterns(isOn: boolean): void {
  remember('patterns', isOn ? 'on' : undefined)
  if (isOn) document.documentElement.dataset['patterns'] = 'on'
  else delete document.documentElement.dataset['patterns']
}
