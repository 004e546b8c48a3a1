/** What this browser remembers between visits: how things are looked at, never a key. Storage may be switched off. */
export function recall(name: 'view' | 'theme' | 'patterns' | 'shortcuts'): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}

export function remember(name: 'view' | 'theme' | 'patterns' | 'shortcuts', value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // Then it is for this visit only.
  }
}
