import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFile } from '../support/folders.ts'
import { linkPackages } from '../support/packages.ts'
import { anAssistantRow, lines } from '../support/rows.ts'
import { blockOf, blocksOf, repository } from './documents.ts'

// A copy of this repository is the reader's clone, two homes are the reader's machines, and the commands are the README's.

const folder = mkdtempSync(join(tmpdir(), 'claudeforge-readme-'))
const place = (name: string) => join(folder, name)
const clone = place('clone')
const RUN = [
  'start',
  'checkout',
  'tarball',
  'install',
  'invite',
  'join',
  'automatic',
  'demo',
  'key',
  'api',
  'uninstall',
].map((name) => `run: ${name}`)

test('every command of the README is run here, or says why it is not', () => {
  const marks = blocksOf('README.md')
    .filter(({ language }) => language === 'sh')
    .map(({ mark }) => mark)
  expect(marks.filter((mark) => !mark.startsWith('not run: '))).toEqual(RUN)
})

describe('the README’s commands', () => {
  let server: ChildProcess
  let printed = ''
  let [url, key, code] = ['', '', '']

  beforeAll(async () => {
    copyClone()
    for (const name of ['studio', 'laptop', 'elsewhere']) mkdirSync(place(name))
    writeTranscript('studio', 'msg_01ABCDEFGHJKLMNPQRSTUVW', 100)
    writeTranscript('laptop', 'msg_01ABCDEFGHJKLMNPQRSTUVX', 20)
    server = spawn('sh', ['-c', command('start')], {
      cwd: clone,
      env: { ...environment('studio'), FORGE_PORT: '0' },
      // A group of its own, so that what npm starts can be stopped with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const take = (text: string) => void (printed += text)
    server.stdout?.setEncoding('utf8').on('data', take)
    server.stderr?.setEncoding('utf8').on('data', take)
    await untilPrinted('See it: npm run -s forge -- tokens')
    url = `http://127.0.0.1:${/"port":(\d+)/.exec(printed)?.[1]}`
  }, 120_000)

  afterAll(async () => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGKILL')
    await once(server, 'close')
    rmSync(folder, { recursive: true, force: true })
  })

  test('start a server from a clone, which has what the machine had', () => {
    expect(printed).toContain('This machine: 1 transcript read, 1 new record sent.')
  })

  test('draw a graph from the clone', () => {
    expect(outputTokens(run('checkout', 'studio', clone))).toBe(100)
  })

  test('make a tarball that installs forge on another machine', () => {
    run('tarball', 'studio', clone)
    const [tarball = '', ...more] = readdirSync(clone).filter((name) => name.endsWith('.tgz'))
    expect(more).toEqual([])
    copyFileSync(join(clone, tarball), place(`elsewhere/${tarball}`))
    run('install', 'laptop', place('elsewhere'))
    expect(readdirSync(place('prefix/bin')).toSorted()).toEqual(['claudeforge', 'forge'])
  })

  test('lead in two lines, with nothing to edit and no key to copy, to a graph of two machines', () => {
    const line = run('invite', 'studio', clone).trim()
    code = line.split(' ').at(-1) ?? ''
    // What the invite prints is what the README says to run.
    expect(command('join').trim()).toBe(line)
    expect(blockOf('README.md', 'run: join').trim().split('\n')).toHaveLength(1)
    expect(outputTokens(run('join', 'laptop'))).toBe(120)
    expect(outputTokens(run('checkout', 'studio', clone))).toBe(120)
  })

  test('put hooks into Claude Code, and a timer where the system has one', () => {
    run('automatic', 'laptop')
    expect(readFileSync(place('laptop/.claude/settings.json'), 'utf8')).toContain('forge-hook SessionEnd')
  })

  test('show a made-up year to who has none', async () => {
    const demo = spawn('sh', ['-c', `exec ${command('demo').trim().replace('8421', '0')}`], {
      cwd: clone,
      env: environment('studio'),
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let shown = ''
    for await (const text of demo.stdout.setEncoding('utf8')) {
      shown += text as string
      if (shown.includes('Ctrl-C')) break
    }
    if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGKILL')
    expect(shown).toContain('a made-up year of three machines')
  })

  test('ask the API', (context) => {
    if (spawnSync('curl', ['--version']).status !== 0) return context.skip('no curl here')
    key = run('key', 'studio', clone).trim()
    const { days } = JSON.parse(run('api', 'laptop')) as { days: { output_tokens: number }[] }
    expect(days.map((day) => day.output_tokens)).toEqual([120])
  })

  test('copy the data of a running server', (context) => {
    const data = place('studio/.claudeforge/server')
    const backups = { 'backup.db': 'run: backup', 'backup-2.db': 'run: backup with sqlite3' }
    for (const [name, mark] of Object.entries(backups)) {
      const text = blockOf('docs/self-hosting.md', mark)
      if (spawnSync('sh', ['-c', `command -v ${text.split(' ')[0]}`]).status !== 0) context.skip('no sqlite3 here')
      shell(text, 'studio', data)
      const copy = new DatabaseSync(join(data, name), { readOnly: true })
      expect(copy.prepare('select sum(output_tokens) as sum from event').get()).toEqual({ sum: 120 })
      copy.close()
    }
  })

  test('leave nothing behind', () => {
    expect(existsSync(place('laptop/.claudeforge/ledger.db'))).toBe(true)
    run('uninstall', 'laptop')
    expect(readdirSync(place('laptop/.claude'))).toEqual(['projects'])
    expect(existsSync(place('laptop/.claudeforge'))).toBe(false)
    expect(readdirSync(place('prefix/bin'))).toEqual([])
    expect(readdirSync(place('prefix/lib/node_modules'))).toEqual([])
  })

  function run(name: string, home: string, cwd = place('elsewhere')): string {
    return shell(command(name), home, cwd)
  }

  /** A block as the reader would type it, with their own server and key. */
  function command(name: string): string {
    return blockOf('README.md', `run: ${name}`)
      .replaceAll('http://nas:8420', url)
      .replaceAll(/\bKEY\b/g, key)
      .replaceAll('KZTW-QRDN', code)
  }

  async function untilPrinted(text: string): Promise<void> {
    while (!printed.includes(text)) {
      if (server.exitCode !== null) throw new Error(`npm start ended with ${server.exitCode}: ${printed}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
})

/** What commands print, if all of them succeed. */
function shell(commands: string, home: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', commands], {
    cwd,
    env: environment(home),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${commands} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

function environment(home: string): Record<string, string> {
  const path = `${place('prefix/bin')}:${process.env['PATH']}`
  return {
    PATH: path,
    HOME: place(home),
    FORGE_HOSTNAME: home,
    TZ: 'UTC',
    npm_config_prefix: place('prefix'),
    npm_config_update_notifier: 'false',
  }
}

function copyClone(): void {
  const left = new Set(['node_modules', 'dist', '.git', '.build', 'coverage'])
  cpSync(repository, clone, {
    recursive: true,
    filter: (source) => !left.has(relative(repository, source)) && !source.endsWith('.tgz'),
  })
  linkPackages(repository, clone)
}

function writeTranscript(home: string, id: string, output: number): void {
  const timestamp = new Date(Date.now() - 1000).toISOString()
  writeFile(place(`${home}/.claude/projects/p/${home}.jsonl`), lines(anAssistantRow({ id, output, timestamp })))
}

/** The output of all days in the rows that `forge tokens` prints. */
function outputTokens(tsv: string): number {
  const [head = '', ...rows] = tsv.trim().split('\n')
  const column = head.split('\t').indexOf('output_tokens')
  return rows.reduce((sum, row) => sum + Number(row.split('\t')[column] ?? 0), 0)
}
