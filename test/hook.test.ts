import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { healShim, recordedPaths, shimPath, shimText, writeShim } from '../client/automatic/shim.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { callHook, hookIn, runsIn, untilRuns } from './support/hooks.ts'
import { PROGRAM } from './support/program.ts'
import { anAssistantRow, lines } from './support/rows.ts'

/** The shim that Claude Code calls, as it calls it. */

const nowhere = { node: '/nowhere/bin/node', script: PROGRAM }

/** Runs a command line in an environment that holds nothing. */
function bare(command: string) {
  const started = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync('/usr/bin/env', ['-i', '/bin/sh', '-c', command], { encoding: 'utf8' })
  return { status, stdout, stderr, ms: Number(process.hrtime.bigint() - started) / 1e6 }
}

describe('the hook', () => {
  test('syncs in an environment with neither PATH nor HOME, and says nothing', async () => {
    const home = tempFolder()
    writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(anAssistantRow()))
    const hook = await hookIn(home)
    expect(bare(hook('Stop'))).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(await untilRuns(home, 1)).toMatchObject([{ by: 'Stop', read: { new: 1 }, not_sent: 'no-server' }])
  })

  test('outlives the death of its whole process group', async () => {
    const home = tempFolder()
    const hook = await hookIn(home)
    const child = callHook(hook('SessionEnd'), {})
    await once(child, 'exit')
    try {
      process.kill(-(child.pid as number), 'SIGKILL')
    } catch {
      // The group is empty already: the worker is not in it.
    }
    expect(await untilRuns(home, 1)).toMatchObject([{ by: 'SessionEnd' }])
  })

  test('lets go of the pipes of whoever called it at once', async () => {
    const hook = await hookIn(tempFolder())
    const child = callHook(hook('Stop'), {})
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (printed += String(text)))
    // The worker goes on for a second at least.
    const [code] = (await Promise.race([once(child, 'close'), sleep(900).then(() => ['not yet'])])) as [unknown]
    expect([code, printed]).toEqual([0, ''])
  })

  test.each([
    '.nvm/versions/node/v24.1.0/bin/node',
    '.local/share/fnm/node-versions/v24.1.0/installation/bin/node',
    '.local/share/mise/installs/node/24.1.0/bin/node',
    '.asdf/installs/nodejs/24.1.0/bin/node',
    '.volta/bin/node',
  ])('finds another Node when its own is gone: %s', async (path) => {
    const home = tempFolder()
    mkdirSync(dirname(join(home, path)), { recursive: true })
    symlinkSync(process.execPath, join(home, path))
    const hook = await hookIn(home, nowhere)
    bare(`PATH=/nowhere ${hook('Stop')}`)
    expect(await untilRuns(home, 1)).toHaveLength(1)
    // And the next call need not look for it.
    const shim = readFileSync(join(home, '.claudeforge/bin/forge-hook'), 'utf8')
    expect(recordedPaths(shim)).toEqual([realpathSync(join(home, path)), PROGRAM])
  })

  test('passes over a Node that is too old, and finds the program that came with the next', async () => {
    const home = tempFolder()
    const old = writeFile(join(home, '.nvm/versions/node/v18.0.0/bin/node'), '#!/bin/sh\nexit 1\n')
    spawnSync('chmod', ['+x', old])
    const fresh = join(home, '.nvm/versions/node/v24.0.0')
    mkdirSync(join(fresh, 'bin'), { recursive: true })
    symlinkSync(process.execPath, join(fresh, 'bin/node'))
    writeFile(
      join(fresh, 'lib/node_modules/claudeforge/forge.js'),
      `require('fs').writeFileSync('${join(home, 'ran')}', process.argv.slice(2).join(' '))`,
    )
    const hook = await hookIn(home, { node: '/nowhere/node', script: '/nowhere/forge.js' })
    bare(`PATH=/nowhere ${hook('SessionStart')}`)
    await expect.poll(() => statSync(join(home, 'ran'), { throwIfNoEntry: false })?.size).toBe(29)
  })

  test('ends silently where there is no Node at all, or the program was removed', async () => {
    for (const program of [nowhere, { node: process.execPath, script: '/nowhere/forge.js' }]) {
      const home = tempFolder()
      const hook = await hookIn(home, program)
      // With nothing but a shell in reach.
      expect(bare(`PATH=/nowhere HOME=${home} ${hook('Stop')}`)).toMatchObject({ status: 0, stdout: '', stderr: '' })
      if (program !== nowhere) {
        await sleep(500)
        expect(runsIn(home)).toEqual([])
      }
    }
  })

  test('may lie in a folder with blanks and quotes', async () => {
    const home = join(tempFolder(), "Ana's home")
    const hook = await hookIn(home)
    expect(bare(hook('Stop'))).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(await untilRuns(home, 1)).toHaveLength(1)
  })

  test('outlives it also where there is no setsid, as on macOS', async () => {
    const home = tempFolder()
    const hook = await hookIn(home)
    const path = join(home, '.claudeforge/bin/forge-hook')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('command -v setsid', 'command -v no-such-program'))
    const child = callHook(hook('SessionEnd'), {})
    await once(child, 'exit')
    expect(() => process.kill(-(child.pid as number), 'SIGKILL')).toThrow('ESRCH')
    expect(await untilRuns(home, 1)).toHaveLength(1)
  })

  test('is a script that only its owner may change or run', async () => {
    const home = tempFolder()
    await hookIn(home)
    expect(statSync(join(home, '.claudeforge/bin/forge-hook')).mode & 0o777).toBe(0o700)
  })
})

describe('a shim that leads nowhere any more', () => {
  const place = (home: string, program: typeof nowhere) => ({ home, platform: 'linux' as const, program })

  test('is made anew by whichever forge runs next; one that leads somewhere is left alone', async () => {
    const home = tempFolder()
    const here = { node: process.execPath, script: PROGRAM }
    await writeShim(place(home, nowhere))
    expect(await healShim(place(home, here))).toBe(true)
    expect(recordedPaths(shimText(place(home, here)))).toEqual([process.execPath, PROGRAM])
    const other = { node: process.execPath, script: writeFile(join(home, 'forge.js'), '') }
    expect(await healShim(place(home, other))).toBe(false)
  })

  test('is not made where there was none', async () => {
    const home = tempFolder()
    expect(await healShim(place(home, nowhere))).toBe(false)
    rmSync(shimPath(place(home, nowhere)), { force: true })
    expect(statSync(shimPath(place(home, nowhere)), { throwIfNoEntry: false })).toBeUndefined()
  })
})

test('on Windows it is a batch file with the same two paths', () => {
  const program = { node: String.raw`C:\Program Files\nodejs\node.exe`, script: String.raw`C:\Users\Ana\forge.js` }
  const text = shimText({ home: String.raw`C:\Users\Ana`, platform: 'win32', program })
  expect(recordedPaths(text)).toEqual([program.node, program.script])
  expect(text.split('\r\n')).toContain(
    String.raw`start "" /b "%forge_node%" "C:\Users\Ana\forge.js" sync --auto --by %1 <nul >nul 2>&1`,
  )
})
