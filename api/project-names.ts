import { createHmac } from 'node:crypto'
import { HOME_PROJECT } from '../core/project.ts'

/** How much a machine says, and a server keeps, of which project an event belongs to. */
export const PROJECT_NAMES = ['names', 'hashed', 'off'] as const
export type ProjectNames = (typeof PROJECT_NAMES)[number]

export interface ProjectPrivacy {
  readonly level: ProjectNames
  /** What hashed keys are made with. Machines that share it share the keys of their repositories. */
  readonly secret: string
}

/** What {@link keptProject} makes under `hashed`. */
const HASHED = /^#[\w-]{21}$/

/**
 * The project key that may be told, or kept, at a level: the key itself (`names`), a keyed hash of it that only tells
 * that two events belong together (`hashed`), or none (`off`).
 *
 * A more private key sorts before a less private one of the same project, so that it wins when sightings of an event
 * are merged: sending everything again after a change to a more private level takes the names back.
 */
export function keptProject(key: string, { level, secret }: ProjectPrivacy): string {
  if (level === 'names' || key === '') return key
  if (level === 'off') return ''
  if (key === HOME_PROJECT || HASHED.test(key)) return key
  const hashed = createHmac('sha256', secret).update(`claudeforge 1 project hashed ${key}`).digest('base64url')
  return `#${hashed.slice(0, 21)}`
}
