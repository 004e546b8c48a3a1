// Is package-lock.json whole for everyone? npm writes a lock without complaint when a registry did not (yet) have the
// binaries for another system; the next `npm ci` there, or anywhere, then fails. And nothing we install may run a script.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export interface Lock {
  packages: Record<string, LockEntry>
}

interface LockEntry extends Manifest {
  version?: string
  integrity?: string
  hasInstallScript?: boolean
}

/** Vite's file watcher on macOS carries its binary and works without its script, which registries tell of or do not. */
const SCRIPT_NOT_NEEDED = ['node_modules/fsevents']

/** What is wrong with a lock, a sentence each. */
export function lockProblems(manifest: Manifest, lock: Lock): string[] {
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '')
  const direct = directDependencies(manifest)
  return [
    ...direct
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `package.json: ${name} is "${version}", not an exact version`),
    ...direct
      .filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)
      .map(([name, version]) => `${name} ${version} of package.json is not what the lock holds`),
    ...installed.filter(([, entry]) => entry.integrity === undefined).map(([path]) => `${path} has no integrity hash`),
    ...installed
      .filter(([path, entry]) => entry.hasInstallScript === true && !SCRIPT_NOT_NEEDED.includes(path))
      .map(([path]) => `${path} has an install script`),
    ...installed.flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => !holds(lock, path, name))
        .map((name) => `${path} names ${name} for some system, but the lock does not hold it`),
    ),
  ]
}

function directDependencies(manifest: Manifest): [string, string][] {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
}

/** Where Node would look for `name` from `path`: in its own node_modules, then in those of the folders above. */
function holds(lock: Lock, path: string, name: string): boolean {
  const above = path.split('/node_modules/').map((_, i, parts) => parts.slice(0, i + 1).join('/node_modules/'))
  return ['', ...above.map((folder) => `${folder}/`)].some((folder) => `${folder}node_modules/${name}` in lock.packages)
}

if (import.meta.main) {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'))
  const problems = lockProblems(read('package.json') as Manifest, read('package-lock.json') as Lock)
  for (const problem of problems) console.error(`lock: ${problem}`)
  if (problems.length > 0) process.exit(1)
}
