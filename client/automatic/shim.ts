import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Caller } from './callers.ts'

/**
 * The shim: a small script at a path that never changes, which Claude Code and the system's timer call instead of this
 * program. It returns after a few milliseconds, and needs neither a PATH nor the Node that was there when it was made.
 */

type Place = Pick<Surroundings, 'home' | 'platform' | 'program'>

export function shimPath({ home, platform }: Pick<Surroundings, 'home' | 'platform'>): string {
  return join(forgeFolder({ home }), 'bin', platform === 'win32' ? 'forge-hook.cmd' : 'forge-hook')
}

/** The shim called for someone, as a command line of a shell. */
export function shimCommand(caller: Caller, place: Pick<Surroundings, 'home' | 'platform'>): string {
  return `${quoted(shimPath(place), place.platform)} ${caller}`
}

/** Writes the shim; returns whether it was another one. */
export async function writeShim(place: Place): Promise<boolean> {
  const path = shimPath(place)
  const text = shimText(place)
  if (readShim(place) === text) return false
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, text, { mode: 0o700 })
  return true
}

/**
 * Writes the shim anew where it leads to a Node or a program that is gone: an upgrade of either moved it. One that still
 * leads somewhere is left alone, also where this program is another copy.
 */
export async function healShim(place: Place): Promise<boolean> {
  const text = readShim(place)
  if (text === undefined || recordedPaths(text).every((path) => existsSync(path))) return false
  return writeShim(place)
}

function readShim(place: Pick<Surroundings, 'home' | 'platform'>): string | undefined {
  try {
    return readFileSync(shimPath(place), 'utf8')
  } catch {
    return undefined
  }
}

/** The paths of Node and of the program that a shim was made with. */
export function recordedPaths(shim: string): string[] {
  const line = /^(?:# |rem )made for (\[.*\])\r?$/m.exec(shim)?.[1]
  return line === undefined ? [] : (JSON.parse(line) as string[])
}

export function shimText({ home, platform, program }: Place): string {
  const paths = JSON.stringify([program.node, program.script])
  return platform === 'win32' ? windowsShim(paths, program) : posixShim(paths, program, home)
}

function posixShim(paths: string, { node, script }: Surroundings['program'], home: string): string {
  return `#!/bin/sh
# Starts claudeforge beside Claude Code and returns at once. It prints nothing and never fails.
# Made by: forge install    Taken away by: forge uninstall
# made for ${paths}
${handOver}HOME=\${HOME:-${quoted(home, 'linux')}}
export HOME
forge=${quoted(script, 'linux')}
node=${quoted(node, 'linux')}
${becomeProgram}`
}

/** The shim of the plugin: it knows no path of this machine, and calls the one that `forge install` made where there is one. */
export function pluginShim(): string {
  return `#!/bin/sh
# Starts claudeforge beside Claude Code and returns at once. It prints nothing and never fails.
own="$HOME/.claudeforge/bin/forge-hook"
[ -x "$own" ] && exec /bin/sh "$own" "$@"
${handOver}forge=
node=
${becomeProgram}`
}

/**
 * Hands over to a process in a session of its own, which outlives Claude Code and the death of its whole process group,
 * and returns as soon as that is out of reach.
 */
const handOver = `PATH="\${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin"
export PATH
if [ "$1" != --detached ]; then
  exec 3<&0
  # Until the other half has closed its output, it is in its own session and out of reach.
  if command -v setsid >/dev/null 2>&1; then
    : "$(setsid /bin/sh "$0" --detached "$1" <&3 3<&- 2>/dev/null &)"
  elif command -v perl >/dev/null 2>&1; then
    : "$(perl -MPOSIX -e 'POSIX::setsid(); exec @ARGV' /bin/sh "$0" --detached "$1" <&3 3<&- 2>/dev/null &)"
  else
    : "$(/bin/sh "$0" --detached "$1" <&3 3<&- 2>/dev/null &)"
  fi
  exit 0
fi
case $2 in
  check) set -- --version ;;
  mcp) set -- mcp ;;
  statusline) exec >/dev/null 2>&1; set -- statusline --record ;;
  *) exec >/dev/null 2>&1; set -- sync --auto --by "$2" ;;
esac
`

/** Looks for Node and for the program, and becomes it. */
const becomeProgram = `run() {
  program=$forge
  [ -f "$program" ] || program=\${node%/bin/node}/lib/node_modules/claudeforge/forge.js
  [ -f "$program" ] || program=$(command -v claudeforge) || return 0
  exec "$node" "$program" "$@"
}
[ -x "$node" ] && run "$@"
for node in "$(command -v node)" "$HOME"/.nvm/versions/node/*/bin/node \\
  "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node "$HOME"/.fnm/node-versions/*/installation/bin/node \\
  "$HOME/Library/Application Support"/fnm/node-versions/*/installation/bin/node \\
  "$HOME"/.local/share/mise/installs/node/*/bin/node "$HOME"/.asdf/installs/nodejs/*/bin/node "$HOME"/.volta/bin/node \\
  /opt/homebrew/bin/node /usr/local/bin/node /usr/bin/node /snap/bin/node; do
  [ -x "$node" ] || continue
  "$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 18) ? 0 : 1)' &&
    run "$@"
done
exit 0
`

function windowsShim(paths: string, { node, script }: Surroundings['program']): string {
  const lines = [
    '@echo off',
    'rem Starts claudeforge beside Claude Code and returns at once. Made by: forge install',
    `rem made for ${paths}`,
    `if not exist ${quoted(script, 'win32')} exit /b 0`,
    `set "forge_node=${node}"`,
    'if not exist "%forge_node%" set "forge_node=node.exe"',
    `start "" /b "%forge_node%" ${quoted(script, 'win32')} sync --auto --by %1 <nul >nul 2>&1`,
    'exit /b 0',
    '',
  ]
  return lines.join('\r\n')
}

/** A path as one word of a command line. */
export function quoted(path: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return `"${path}"`
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
