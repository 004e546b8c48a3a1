import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Gives a copy of a checkout the packages that are installed in the checkout. Each is a link of its own: an `npm ci` in
 * the copy removes links, where through one link to the whole folder it would empty the checkout's.
 */
export function linkPackages(checkout: string, copy: string): void {
  const [from, to] = [join(checkout, 'node_modules'), join(copy, 'node_modules')]
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    // npm's note of what it installed, from which a copy sees that nothing is missing.
    if (name === '.package-lock.json') copyFileSync(join(from, name), join(to, name))
    else symlinkSync(join(from, name), join(to, name))
  }
}
