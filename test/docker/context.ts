import { cpSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** Is a path of a checkout sent to a build? As Docker reads `.dockerignore`: the last pattern that fits decides. */
export function isInContext(path: string, dockerignore: string): boolean {
  let isIn = true
  for (const line of dockerignore.split('\n')) {
    const pattern = line.trim()
    if (pattern === '' || pattern.startsWith('#')) continue
    if (expressionOf(pattern.replace(/^!/, '')).test(path)) isIn = pattern.startsWith('!')
  }
  return isIn
}

/** Copies what a build of a checkout would get. */
export function copyContext(checkout: string, folder: string): void {
  const dockerignore = readFileSync(join(checkout, '.dockerignore'), 'utf8')
  cpSync(checkout, folder, {
    recursive: true,
    filter: (source) => {
      const path = relative(checkout, source).split(sep).join('/')
      return path === '' || isInContext(path, dockerignore)
    },
  })
}

/** A pattern fits a path and all that is below it; a star also fits names that begin with a dot. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*)/).map((part) => {
    if (part === '**/') return '(?:.*/)?'
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}(?:/.*)?$`)
}
