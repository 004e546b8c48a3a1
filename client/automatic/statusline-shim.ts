import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { forgeFolder } from '../forge-folder.ts'
import type { Surroundings } from '../surroundings.ts'
import { automaticFile } from './places.ts'
import { quoted, shimPath } from './shim.ts'

/**
 * The shim that Claude Code calls as its status line. It prints the line that the last sync left, and that of the command
 * it took the place of, and hands what Claude Code says to the program, which outlives it: Claude Code cancels a status
 * line that takes long, and calls the next one.
 */

type Place = Pick<Surroundings, 'home' | 'platform'>

export function statusLineShimPath({ home, platform }: Place): string {
  return join(forgeFolder({ home }), 'bin', platform === 'win32' ? 'forge-statusline.cmd' : 'forge-statusline')
}

/** The status line's shim as a command line of a shell. */
export function statusLineCommand(place: Place): string {
  return quoted(statusLineShimPath(place), place.platform)
}

/** Writes the shim around a command; `wrapped` is empty where there was no status line. */
export async function writeStatusLineShim(
  wrapped: string,
  place: Place & Pick<Surroundings, 'program'>,
): Promise<void> {
  const path = statusLineShimPath(place)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const text = place.platform === 'win32' ? windowsShim(place.program) : posixShim(wrapped, place)
  await writeFileAtomic(path, text, { mode: 0o700 })
}

function posixShim(wrapped: string, place: Place): string {
  const line = quoted(automaticFile(place, 'statusline'), 'linux')
  return `#!/bin/sh
# The status line of Claude Code: ${wrapped === '' ? 'there was none before' : 'the one that was here before, and'} claudeforge's.
# Made by: forge install --statusline    Taken away by: forge uninstall --statusline
PATH="\${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin"
export PATH
input=$(cat)
printf '%s' "$input" | /bin/sh ${quoted(shimPath(place), 'linux')} statusline >/dev/null 2>&1
wrapped=${wrapped === '' ? "''" : quoted(wrapped, 'linux')}
if [ -n "$wrapped" ]; then
  shown=$(printf '%s' "$input" | /bin/sh -c "$wrapped")
  [ -n "$shown" ] && printf '%s\\n' "$shown"
fi
if { read -r until && IFS= read -r line; } 2>/dev/null <${line} && [ -n "$line" ] && [ "$(date +%s)" -lt "$until" ]; then
  printf '%s\\n' "$line"
fi
exit 0
`
}

/** No batch file can wrap a command and keep its input; there the program does it all. */
function windowsShim({ node, script }: Surroundings['program']): string {
  return ['@echo off', `${quoted(node, 'win32')} ${quoted(script, 'win32')} statusline`, 'exit /b 0', ''].join('\r\n')
}
