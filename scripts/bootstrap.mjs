// Runs before every npm script, so that one command is enough in a fresh clone: installs when what is installed is not
// what the lock says, builds (`bootstrap.mjs build`) when a source is newer than dist/, and is silent otherwise.
// Plain JavaScript for Node 20: in a fresh clone this runs before the Node that the lock brings along is there.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const OLDEST_NODE = [22, 18]
const SOURCES = ['bin', 'core', 'api', 'sources', 'store', 'server', 'client', 'web', 'scripts/build.ts']
const SHIPPED = ['package.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', 'LICENSE']

// A linked node_modules belongs to another checkout, and npm ci would empty it.
if (!isLinked() && !isInstalled()) {
  say('installing what package-lock.json names')
  const npm = npmCommand()
  run(npm.command, [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci')
}
requireNode()
if (process.argv[2] === 'build' && isStale()) {
  say('building dist/')
  run(isOldNode(process.versions.node) ? 'node' : process.execPath, ['scripts/build.ts', '--quiet'], 'npm run build')
}

function isLinked() {
  return lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true
}

/** npm leaves a lock of what it really installed; packages for other systems are in ours only. */
function isInstalled() {
  const wanted = readLock('package-lock.json')
  const installed = readLock('node_modules/.package-lock.json')
  if (wanted === undefined || installed === undefined) return false
  const sameIn = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity
  return (
    Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || sameIn(entry, installed[path])) &&
    Object.entries(installed).every(([path, entry]) => sameIn(entry, wanted[path]))
  )
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages
  } catch {
    return undefined
  }
}

function requireNode() {
  const version = isOldNode(process.versions.node) ? versionOnPath() : process.versions.node
  if (!isOldNode(version)) return
  say(`Node ${version} is too old: install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org) and try again`)
  process.exit(1)
}

/** npm puts node_modules/.bin first, where Linux finds the Node that the lock names, even if an older one runs this. */
function versionOnPath() {
  return (
    spawnSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim() || process.versions.node
  )
}

function isOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
}

function isStale() {
  const built = modified('dist/package.json')
  return built === 0 || [...SOURCES.flatMap(withContents), ...SHIPPED].some((path) => modified(path) > built)
}

/** A folder counts as well: its time tells that a file was removed. */
function withContents(path) {
  const full = join(root, path)
  if (!existsSync(full) || !statSync(full).isDirectory()) return [path]
  const inside = readdirSync(full, { withFileTypes: true }).filter((entry) => !entry.name.endsWith('.test.ts'))
  return [path, ...inside.flatMap((entry) => withContents(join(path, entry.name)))]
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** The npm that runs us, on the Node that runs it: the one in node_modules is about to be replaced. */
function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env
  if (script !== undefined && basename(script) === 'npm-cli.js') return { command: node ?? 'node', args: [script] }
  return { command: 'npm', args: [] }
}

function run(command, args, name) {
  // What npm and the build say goes to stderr: stdout belongs to the command that follows.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status === 0) return
  say(`${name} failed${error === undefined ? '' : ` (${error.message})`}; what it printed above tells why`)
  process.exit(1)
}

function say(text) {
  process.stderr.write(`claudeforge: ${text}\n`)
}
