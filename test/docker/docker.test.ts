import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { encodeEvents } from '../../api/event-table.ts'
import { SERVER_SETTINGS } from '../../server/config.ts'
import { anEvent } from '../support/events.ts'
import { tempFolder, writeFile } from '../support/folders.ts'
import { buildImage, canBeReadOnly, type Container, type Image, isRoot, runContainer, runIn } from './container.ts'
import { copyContext } from './context.ts'
import { environmentOf, execForm, parseDockerfile, valuesOf } from './dockerfile.ts'

const checkout = join(import.meta.dirname, '../..')
const textOf = (name: string) => readFileSync(join(checkout, name), 'utf8')
const stages = parseDockerfile(textOf('Dockerfile'))
const [build, final] = stages as [(typeof stages)[0], (typeof stages)[0]]

const KEY = '0123456789abcdef0123456789abcdef'

interface Service {
  readonly ports: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly [more: string]: unknown
}

const compose = parse(textOf('docker-compose.yml')) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const service = compose.services['claudeforge'] as Service

describe('the Dockerfile', () => {
  test('builds and runs on the same slim image of Node 24', () => {
    expect(stages.map(({ from }) => from)).toEqual(['node:24-slim', 'node:24-slim'])
  })

  test('installs what the lock names, and runs no script of a package', () => {
    expect(valuesOf(build, 'RUN')[0]).toMatch(/^npm ci --ignore-scripts /)
  })

  test('ships nothing but the packed bundle', () => {
    expect(valuesOf(final, 'COPY')).toEqual(['--from=build /build/package /app'])
    expect(valuesOf(final, 'ADD')).toEqual([])
    expect(valuesOf(final, 'RUN')).toEqual(['install -d -o 65532 -g 65532 -m 0700 /data'])
  })

  test('runs as a number that is not root, whose only folder is /data', () => {
    expect(valuesOf(final, 'USER')).toEqual(['65532:65532'])
    expect(valuesOf(final, 'VOLUME')).toEqual(['/data'])
  })

  test('listens inside the container on the port that it exposes, and holds no secret', () => {
    expect(environmentOf(final)).toEqual({
      NODE_ENV: 'production',
      HOME: '/data',
      FORGE_HOST: '0.0.0.0',
      FORGE_PORT: SERVER_SETTINGS.port.default,
      FORGE_DATA_DIR: '/data',
    })
    expect(valuesOf(final, 'EXPOSE')).toEqual([SERVER_SETTINGS.port.default])
    expect(valuesOf(final, 'ARG')).toEqual([])
  })

  test('starts without a shell, so that the signal to stop reaches the server', () => {
    expect(execForm(valuesOf(final, 'ENTRYPOINT').join())).toEqual(['node', '/app/forge.js', 'serve'])
    expect(valuesOf(final, 'CMD')).toEqual([])
    expect(valuesOf(final, 'STOPSIGNAL')).toEqual([])
  })

  test('asks for its health with Node alone', () => {
    const [check = ''] = valuesOf(final, 'HEALTHCHECK')
    expect(execForm(check.replace(/^.*?CMD /, '')).slice(0, 2)).toEqual(['node', '-e'])
  })
})

describe('docker-compose.yml', () => {
  test('reaches no further than this machine unless it is told to', () => {
    expect(service.ports.map((port) => interpolate(port, {}))).toEqual(['127.0.0.1:8420:8420'])
    expect(service.ports.map((port) => interpolate(port, { FORGE_PORT: '9000', FORGE_BIND: '0.0.0.0' }))).toEqual([
      '0.0.0.0:9000:8420',
    ])
  })

  test('takes a key and an address from .env, and starts without', () => {
    const given = { FORGE_API_KEY: KEY, FORGE_PUBLIC_URL: 'http://nas:8420', TZ: 'Europe/Berlin' }
    expect(composeEnvironment(given)).toEqual(given)
    const usual = { FORGE_API_KEY: '', FORGE_PUBLIC_URL: 'http://localhost:8420', TZ: 'UTC' }
    expect(composeEnvironment({})).toEqual(usual)
  })

  test('every variable that it reads is in .env.example, with the same default', () => {
    const example = Object.fromEntries(
      textOf('.env.example')
        .split('\n')
        .filter((line) => /^\w+=/.test(line))
        .map((line) => line.split('=') as [string, string]),
    )
    const read = [...textOf('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [
      name,
      value,
    ])
    expect(Object.fromEntries(read)).toEqual(example)
  })

  test('keeps the data in a volume of its own, not in the original server’s', () => {
    expect(service.volumes).toEqual(['claudeforge-data:/data'])
    expect(Object.keys(compose.volumes)).toEqual(['claudeforge-data'])
  })

  test('grants nothing that the server does not need', () => {
    expect(service).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: '512m',
      pids_limit: 100,
      restart: 'unless-stopped',
    })
    for (const granting of ['privileged', 'cap_add', 'user', 'network_mode', 'pid', 'devices']) {
      expect(service).not.toHaveProperty(granting)
    }
  })
})

test('a build gets the sources and nothing private', () => {
  const [from, to] = [tempFolder(), tempFolder()]
  const kept = ['package.json', 'bin/forge.ts', 'sources/claude-code/locate.ts', 'scripts/build.ts', 'README.md']
  const left = ['.env', '.git/config', 'usage.db', 'node_modules/a/index.js', 'dist/forge.js', 'notes.txt']
  const tests = ['core/tokens.test.ts', 'sources/claude-code/fixtures/variants.jsonl', 'test/docker/docker.test.ts']
  for (const path of [...kept, ...left, ...tests]) writeFile(join(from, path), path)
  writeFile(join(from, '.dockerignore'), textOf('.dockerignore'))
  copyContext(from, to)
  expect(filesIn(to)).toEqual(kept.toSorted())
})

describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claudeforge-image-'))
  let image: Image
  beforeAll(() => {
    image = buildImage([build, final], folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A container with the image's data folder empty, as `docker compose up` starts it. */
  async function start(variables: Readonly<Record<string, string>>): Promise<Container> {
    const container = await runContainer(image, composeEnvironment(variables))
    onTestFinished(async () => {
      await container.stop('SIGKILL')
      for (const name of readdirSync(join(folder, 'data'))) rmSync(join(folder, 'data', name), { recursive: true })
    })
    return container
  }

  test('holds all that was built, and no dependency', () => {
    const found = filesIn(join(folder, 'app'))
    expect(found).toEqual(filesIn(join(folder, 'build/dist')))
    expect(found).toEqual(expect.arrayContaining(['forge.js', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.txt']))
    expect(found.filter((name) => name.includes('node_modules'))).toEqual([])
  })

  test('starts, is healthy by its own check, stores what is sent, and ends with 0 when told to stop', async () => {
    const container = await start({ FORGE_API_KEY: KEY })
    const sent = await fetch(`${container.url}/v1/sync`, {
      method: 'POST',
      headers: { 'X-API-Key': KEY, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        protocol_version: 2,
        machine: { id: 'machine-a', hostname: 'studio' },
        ledger: 'ledger-a',
        after: 0,
        up_to: 1,
        events: encodeEvents([anEvent({ output_tokens: 700 })]),
      }),
    })
    expect([sent.status, await sent.json()]).toMatchObject([200, { acknowledged: 1, stored: 1 }])
    expect(await container.stop('SIGTERM')).toBe(0)
    expect(container.isHealthy()).toBe(false)
    expect(container.printed()).toContain('"msg":"stopped"')
  })

  test('finds its data again when it is started anew', async () => {
    const first = await start({})
    const [, setup = ''] = /\/setup#(\S+)/.exec(first.printed()) ?? []
    const page = { Origin: first.url, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ setup })
    const entered = await fetch(`${first.url}/v1/session`, { method: 'POST', headers: page, body })
    const Cookie = entered.headers.get('Set-Cookie')?.split(';')[0] ?? ''
    const asked = async (url: string) => (await fetch(`${url}/v1/stats/machines`, { headers: { Cookie } })).json()
    expect(await asked(first.url)).toMatchObject({ machines: [] })
    expect(await first.stop('SIGTERM')).toBe(0)
    const second = await start({})
    expect(second.printed()).not.toContain('/setup#')
    expect(await asked(second.url)).toMatchObject({ machines: [] })
    expect(await second.stop('SIGTERM')).toBe(0)
  })

  test('its user can change nothing of the program', (context) => {
    if (!isRoot) return context.skip('another user needs root')
    const writable = runIn(image, ['find', '/app', '-writable'])
    expect([writable.status, writable.stdout, writable.stderr]).toEqual([0, '', ''])
  })

  test('runs with a root file system that cannot be written', async (context) => {
    if (!canBeReadOnly) return context.skip('a mount namespace needs root and its rights')
    mkdirSync(join(folder, 'open'), { mode: 0o777 })
    const container = await start({ FORGE_API_KEY: KEY })
    const elsewhere = runIn(image, ['touch', join(folder, 'open/file'), '/tmp/file'])
    expect(elsewhere.stderr.match(/Read-only file system/g)).toHaveLength(2)
    expect(runIn(image, ['touch', '/data/file']).status).toBe(0)
    expect(await container.stop('SIGTERM')).toBe(0)
  })
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}

/** What compose makes of `${NAME:-default}`, where `.env` holds the variables. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, fallback: string) => variables[name] || fallback)
}

function composeEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => [name, interpolate(value, variables)]),
  )
}
