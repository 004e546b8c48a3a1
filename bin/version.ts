import { readFileSync } from 'node:fs'

/** Put in by the build (scripts/build.ts). Run from source there is no such name, and package.json lies beside. */
declare const __FORGE_VERSION__: string | undefined

/** The version of this forge, as package.json names it. */
export const VERSION: string = typeof __FORGE_VERSION__ === 'string' ? __FORGE_VERSION__ : versionOfCheckout()

function versionOfCheckout(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
