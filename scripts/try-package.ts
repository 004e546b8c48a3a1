// Installs what would be published as a stranger would: from the tarball, into an empty prefix, with an empty home, without
// a network and not as root; then runs it. Needs dist/ (npm run build).
import { spawnSync } from 'node:child_process'
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const temporary = mkdtempSync(join(tmpdir(), 'claudeforge-package-'))
const place = (name: string) => join(temporary, name)

const NOBODY = 65_534
const asStranger = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

try {
  for (const name of ['.', 'home', 'prefix', 'node', 'elsewhere']) {
    mkdirSync(place(name), { recursive: true })
    if (asStranger.uid !== undefined) chownSync(place(name), NOBODY, NOBODY)
  }
  // The checkout, and the Node in it, may lie where only its owner can look.
  copyFileSync(process.execPath, place('node/node'))

  run('npm', ['pack', join(root, 'dist'), '--silent', '--pack-destination', temporary], root)
  const [tarball, ...more] = readdirSync(temporary).filter((name) => name.endsWith('.tgz'))
  if (tarball === undefined || more.length > 0) throw new Error('npm pack made no tarball, or several')

  stranger('npm', [
    'install',
    '--global',
    '--offline',
    '--no-update-notifier',
    '--prefix',
    place('prefix'),
    place(tarball),
  ])
  const packages = readdirSync(place('prefix/lib/node_modules'))
  expectSame('what is installed', packages.join(), 'claudeforge')
  expectSame('its dependencies', existing(place('prefix/lib/node_modules/claudeforge/node_modules')), '')
  for (const name of ['forge', 'claudeforge']) expectSame(`${name} --version`, stranger(name, ['--version']), version)
  if (!stranger('forge', ['--help']).includes('forge')) throw new Error('forge --help says nothing of forge')
  expectSame('what --version and --help left in an empty home', existing(place('home')), '.npm')
  console.log(`claudeforge ${version} installs as one package and runs`)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}

function stranger(command: string, args: readonly string[]): string {
  const path = [place('prefix/bin'), place('node'), process.env['PATH']].join(delimiter)
  return run(command, args, place('elsewhere'), { ...asStranger, env: { PATH: path, HOME: place('home') } })
}

/** What a command printed, if it succeeded and had nothing to complain about. */
function run(command: string, args: readonly string[], cwd: string, more: object = {}): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', ...more })
  // npm alone may warn: of its own configuration.
  const complaint = command === 'npm' ? '' : result.stderr
  if (result.status === 0 && complaint === '') return result.stdout.trim()
  throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.error ?? ''}${result.stderr}`)
}

function existing(folder: string): string {
  try {
    return readdirSync(folder).join()
  } catch {
    return ''
  }
}

function expectSame(what: string, found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`${what}: "${found}" instead of "${wanted}"`)
}
