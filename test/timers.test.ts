import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { installCommand } from '../client/commands/install.ts'
import { uninstallCommand } from '../client/commands/uninstall.ts'
import { cron } from '../client/install/timers/cron.ts'
import { launchd } from '../client/install/timers/launchd.ts'
import { systemd } from '../client/install/timers/systemd.ts'
import { taskScheduler } from '../client/install/timers/task-scheduler.ts'
import { timerHere } from '../client/install/timers/timers.ts'
import { hookIn, untilRuns } from './support/hooks.ts'
import { tempFolder, writeFile } from './support/folders.ts'
import { testSurroundings } from './support/surroundings.ts'

/** Timers of each system. What belongs to the system is played by programs on the PATH, which note how they were called. */

function system(platform: NodeJS.Platform, programs: Readonly<Record<string, string>>, home = tempFolder()) {
  const bin = join(home, 'system-bin')
  const calls = join(home, 'calls')
  mkdirSync(bin, { recursive: true })
  for (const [name, body] of Object.entries(programs)) {
    chmodSync(writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "$HOME/calls"\n${body}\n`), 0o755)
  }
  return {
    ...testSurroundings({ home, platform, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home } }),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    forget: () => rmSync(calls, { force: true }),
  }
}

describe('systemd', () => {
  const active = '[ "$2" = show ] && { [ -f "$HOME/on" ] && echo ActiveState=active || echo ActiveState=inactive; }'
  const systemctl = `${active}; [ "$2" = enable ] && touch "$HOME/on"; [ "$2" = disable ] && rm -f "$HOME/on"; exit 0`

  test('gets a service and a timer, and loses both', async () => {
    const studio = system('linux', { systemctl })
    expect(await installCommand({ yes: true, timer: true }, studio)).toBe(0)
    const units = join(studio.home, '.config/systemd/user')
    expect(readFileSync(join(units, 'claudeforge.service'), 'utf8')).toContain(
      `ExecStart=/bin/sh ${studio.home}/.claudeforge/bin/forge-hook --detached timer\n`,
    )
    expect(readFileSync(join(units, 'claudeforge.timer'), 'utf8')).toContain('Persistent=true')
    expect(studio.calls()).toContain('systemctl --user enable --now claudeforge.timer')
    expect(systemd.status(studio).on).toBe(true)

    studio.forget()
    expect(await installCommand({ yes: true, timer: true }, studio)).toBe(0)
    expect(studio.calls()).not.toContain('systemctl --user enable --now claudeforge.timer')

    expect(await uninstallCommand({ yes: true }, studio)).toBe(0)
    expect(studio.calls().slice(-2)).toEqual([
      'systemctl --user disable --now claudeforge.timer',
      'systemctl --user daemon-reload',
    ])
    expect(existsSync(join(units, 'claudeforge.timer'))).toBe(false)
    expect(existsSync(join(studio.home, '.claudeforge/bin/forge-hook'))).toBe(false)
  })

  test('that was turned off by someone is turned on again by forge install', async () => {
    const studio = system('linux', { systemctl })
    await installCommand({ yes: true, timer: true }, studio)
    rmSync(join(studio.home, 'on'))
    await installCommand({ yes: true, timer: true }, studio)
    expect(systemd.status(studio).on).toBe(true)
  })

  test('that fails says so with its own words, and what is enough without it', async () => {
    const studio = system('linux', { systemctl: '[ "$2" = enable ] && { echo "no bus" >&2; exit 1; }; exit 0' })
    await expect(installCommand({ yes: true, timer: true }, studio)).rejects.toMatchObject({
      message: 'systemctl --user enable --now claudeforge.timer failed (no bus).',
      hint: expect.stringContaining('forge install --hooks'),
    })
  })

  test('finds its units without fault, also in a folder with blanks, quotes and percents', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.skip('no systemd-analyze here')
    for (const name of ['plain', 'A "strange" 100% $HOME']) {
      const home = join(tempFolder(), name)
      const studio = system('linux', {}, home)
      writeFile(join(home, '.claudeforge/bin/forge-hook'), '')
      const files = systemd.files(studio)
      for (const { path, text } of files) writeFile(path, text)
      const paths = files.map(({ path }) => path)
      const verified = spawnSync('systemd-analyze', ['--user', '--man=no', 'verify', ...paths], { encoding: 'utf8' })
      const complaints = verified.stderr.split('\n').filter((line) => line.includes('claudeforge'))
      expect([name, complaints]).toEqual([name, []])
    }
    return undefined
  })
})

describe('launchd', () => {
  test('gets an agent, and loses it', async () => {
    const launchctl =
      'case "$1" in bootstrap) touch "$HOME/on";; bootout) rm "$HOME/on";; print) [ -f "$HOME/on" ];; esac'
    const studio = system('darwin', { launchctl }, join(tempFolder(), 'Ana & <Bob>'))
    expect(await installCommand({ yes: true, timer: true }, studio)).toBe(0)
    const plist = join(studio.home, 'Library/LaunchAgents/dev.claudeforge.sync.plist')
    const text = readFileSync(plist, 'utf8')
    expect(text).toContain('Ana &amp; &lt;Bob&gt;/.claudeforge/bin/forge-hook</string>')
    expect(text).toContain('<integer>1800</integer>')
    expect(studio.calls().some((call) => /^launchctl bootstrap gui\/\d+ .*plist$/.test(call))).toBe(true)
    expect(launchd.status(studio)).toEqual({ on: true })
    expect(await uninstallCommand({ yes: true }, studio)).toBe(0)
    expect([existsSync(plist), launchd.status(studio).on]).toEqual([false, false])
  })

  test('gets an agent that is a property list', async (context) => {
    if (spawnSync('xmllint', ['--version']).status !== 0) return context.skip('no xmllint here')
    const studio = system('darwin', {}, join(tempFolder(), 'Ana & <Bob>'))
    const path = writeFile(join(studio.home, 'agent.plist'), launchd.files(studio)[0]?.text ?? '')
    expect(spawnSync('xmllint', ['--noout', '--nonet', path], { encoding: 'utf8' }).stderr).toBe('')
    return undefined
  })
})

describe('the Task Scheduler', () => {
  test('gets a task without a window, and loses it', async () => {
    const studio = system('win32', { 'schtasks.exe': 'exit 0' })
    const program = { node: String.raw`C:\Program Files\nodejs\node.exe`, script: String.raw`C:\Ana & Bob\forge.js` }
    const place = { ...studio, program }
    expect(await installCommand({ yes: true, timer: true }, place)).toBe(0)
    const text = readFileSync(join(studio.home, '.claudeforge/automatic/task.xml'), 'utf8')
    expect(text).toContain(
      String.raw`--headless &quot;C:\Program Files\nodejs\node.exe&quot; &quot;C:\Ana &amp; Bob\forge.js`,
    )
    expect(text).toContain('<StartWhenAvailable>true</StartWhenAvailable>')
    expect(taskScheduler.status(place).on).toBe(true)
    expect(await uninstallCommand({ yes: true }, place)).toBe(0)
    expect(studio.calls().at(-1)).toBe('schtasks.exe /Delete /TN claudeforge /F')
  })

  test('is all that a machine with Windows gets unless hooks are asked for', async () => {
    const studio = system('win32', { 'schtasks.exe': 'exit 1' })
    mkdirSync(join(studio.home, '.claude'))
    expect(await installCommand({ dryRun: true }, studio)).toBe(0)
    expect(studio.stdout.text).not.toContain('settings.json')
    expect(await installCommand({ dryRun: true, hooks: true }, studio)).toBe(0)
    expect(studio.stdout.text).toContain('settings.json')
  })
})

describe('cron', () => {
  const crontab =
    'table="$HOME/table"; case "$1" in -l) [ -f "$table" ] && cat "$table" || exit 1;; -r) rm "$table";; -) cat > "$table";; esac'
  const table = (home: string) =>
    existsSync(join(home, 'table')) ? readFileSync(join(home, 'table'), 'utf8') : undefined

  test.each([
    undefined,
    '',
    '# mine\n0 3 * * * backup\n',
    'no newline at the end',
    'MAILTO=""\n\n5 4 * * * x # claudeforge is not this\n',
  ])('gets a line beside all others (%j), and loses it', async (before) => {
    const studio = system('linux', { crontab, systemctl: 'exit 1' }, join(tempFolder(), "100% Ana's"))
    if (before !== undefined) writeFile(join(studio.home, 'table'), before)
    expect(await installCommand({ yes: true, timer: true }, studio)).toBe(0)
    const lines = (table(studio.home) ?? '').trimEnd().split('\n')
    expect(lines.slice(0, -1).join('\n')).toBe((before ?? '').replace(/\n$/, ''))
    expect(lines.at(-1)).toMatch(
      /^\d+,\d+ \* \* \* \* \/bin\/sh '.*100\\% Ana.*forge-hook' --detached timer .* # claudeforge$/,
    )
    expect(cron.status(studio).on).toBe(true)
    expect(await installCommand({ yes: true, timer: true }, studio)).toBe(0)
    expect((table(studio.home) ?? '').match(/forge-hook/g)).toHaveLength(1)
    expect(await uninstallCommand({ yes: true }, studio)).toBe(0)
    // Cron needs a newline at the end, so one that was missing stays.
    const after = before === undefined || before === '' ? undefined : before.endsWith('\n') ? before : `${before}\n`
    expect(table(studio.home)).toBe(after)
  })

  test('calls what syncs, as a shell reads its line', async () => {
    const studio = system('linux', { crontab }, join(tempFolder(), 'a home'))
    await hookIn(studio.home)
    const line = cron.table?.with('', studio) ?? ''
    const command = line.replace(/^\S+ \S+ \S+ \S+ \S+ /, '').replaceAll(String.raw`\%`, '%')
    spawnSync('/bin/sh', ['-c', command], { env: { HOME: studio.home, PATH: '/usr/bin:/bin' } })
    expect(await untilRuns(studio.home, 1)).toMatchObject([{ by: 'timer' }])
  })

  test('is only taken where there is nothing better', () => {
    const here = (platform: NodeJS.Platform, programs: Record<string, string>) =>
      timerHere(system(platform, programs))?.name
    expect(here('linux', { systemctl: 'exit 0', crontab })).toBe('systemd')
    expect(here('linux', { systemctl: 'exit 1', crontab })).toBe('cron')
    expect(here('darwin', { crontab })).toBe('launchd')
    expect(here('win32', {})).toBe('task-scheduler')
  })
})

test('where there is no timer at all, the hooks are said to be enough', async () => {
  const studio = { ...system('freebsd', {}), env: { PATH: '/nowhere' } }

  mkdirSync(join(studio.home, '.claude'))
  expect(await installCommand({ yes: true }, studio)).toBe(0)
  expect(studio.stderr.text).toContain('The hooks alone are enough.')
})

test('the real cron runs the line', async (context) => {
  // Only where the tests run as root in a container of their own, with a cron that is not running anything else.
  const has = spawnSync('sh', ['-c', 'command -v crontab && command -v cron']).status === 0
  if (!has || process.getuid?.() !== 0 || process.env['FORGE_REAL_CRON'] !== '1') {
    return context.skip('FORGE_REAL_CRON=1 lets this test use the machine’s cron')
  }
  const home = tempFolder()
  await hookIn(home)
  onTestFinished(() => void spawnSync('crontab', ['-r']))
  const line = (cron.table?.with('', testSurroundings({ home })) ?? '').replace(/^\S+/, '*')
  spawnSync('crontab', ['-'], { input: `HOME=${home}\n${line}` })
  expect(await untilRuns(home, 1)).toMatchObject([{ by: 'timer' }])
  return undefined
})
