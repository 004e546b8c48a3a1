import { createContext } from 'preact'

/** Everything outside the page that it looks at, passed in once. */
export interface PageSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** IANA name of the viewer's zone. */
  readonly zone: string
}

export const Surroundings = createContext<PageSurroundings>({ now: () => 0, zone: 'UTC' })
