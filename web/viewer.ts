import { createContext } from 'preact'

/** What who looks may see and do: through a read-only link, nothing leads anywhere, and cost may be left out. */
export const Viewer = createContext({ isReadOnly: false, hasCost: true })
