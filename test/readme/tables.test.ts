import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RejectionCode } from '../../api/event-table.ts'
import { encodeProblem } from '../../api/problem-json.ts'
import { SETTINGS } from '../../client/config.ts'
import { parseUsd } from '../../core/money.ts'
import { costOfEvent } from '../../core/prices/cost.ts'
import { listPrices } from '../../core/prices/price-book.ts'
import { Problem, type ProblemCode } from '../../core/problem.ts'
import { EVENT_FIELDS } from '../../core/usage-event.ts'
import { SERVER_SETTINGS, type ServerSetting } from '../../server/config.ts'
import { eventId } from '../../sources/claude-code/event-id.ts'
import { tempFolder } from '../support/folders.ts'
import { runForge } from '../support/program.ts'
import { eventsOf, readTranscript } from '../support/reading.ts'
import { startServer } from '../support/server.ts'
import { blockOf, codeIn, commandsIn, documentNames, repository, tableOf, textOf } from './documents.ts'

// Complete by the compiler: a new code is an error here until it stands in the list, and then one until it is documented.
const PROBLEM_CODES: Record<ProblemCode, true> = {
  'invalid-request': true,
  unauthenticated: true,
  forbidden: true,
  'machine-erased': true,
  'not-found': true,
  ambiguous: true,
  'position-mismatch': true,
  'too-large': true,
  'unsupported-encoding': true,
  'unsupported-protocol': true,
  'rate-limited': true,
  unreachable: true,
  unavailable: true,
  storage: true,
  'cannot-start': true,
  internal: true,
}
const REJECTION_CODES: Record<RejectionCode, true> = {
  'invalid-row': true,
  'invalid-id': true,
  'invalid-time': true,
  'invalid-count': true,
  'invalid-name': true,
}

describe('the README', () => {
  test.each([
    ['tokens', '| flags of `forge tokens`'],
    ['sync', '| flags of `forge sync`'],
    ['serve', '## Server'],
  ])('lists every flag of forge %s, and no other', async (command, heading) => {
    const { stdout } = await runForge([command, '--help'], { home: tempFolder() })
    const listed = tableOf('README.md', heading).flatMap(([flags = '']) => longFlags(flags))
    expect(listed.toSorted()).toEqual(longFlags(stdout.split('Examples:')[0] ?? '').toSorted())
  })

  test('lists every command', async () => {
    const { stdout } = await runForge(['--help'], { home: tempFolder() })
    const commands = commandsIn(stdout)
    const listed = tableOf('README.md', '## Commands').flatMap(([commands = '']) =>
      codeIn(commands).map((command) => command.split(' ')[1] ?? ''),
    )
    expect([...new Set(listed)].toSorted()).toEqual(commands.toSorted())
  })

  test('lists every setting of a machine with its names', () => {
    const listed = tableOf('README.md', '## Configuration').map((cells) => cells.slice(0, 3).flatMap(codeIn))
    expect(listed).toEqual(SETTINGS.map(({ flag, name, variable }) => [flag, name, variable]))
  })

  test('lists every setting of a server with its default', () => {
    const settings: ServerSetting[] = Object.values(SERVER_SETTINGS)
    const expected = settings.map((setting) => [
      setting.env,
      ...(setting.default === undefined ? [] : [setting.default]),
    ])
    const listed = tableOf('README.md', '## Server')
      .filter(([, variable]) => variable !== '')
      .map((cells) => cells.slice(1, 3).flatMap(codeIn))
    expect(listed).toEqual(expected)
  })

  test('lists every path of the API, and fields that are in its answer', async () => {
    const { url } = await startServer(tempFolder())
    const { paths } = (await (await fetch(`${url}/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, object>>
    }
    const rows = tableOf('README.md', '<!-- api -->')
    const listed = rows.map(([method = '', path = '']) => `${method} ${codeIn(path)[0]}`)
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(listed.toSorted()).toEqual(served.toSorted())
    for (const [method = '', path = '', answers = ''] of rows) {
      const description = JSON.stringify(paths[codeIn(path)[0] ?? '']?.[method.toLowerCase()])
      for (const field of codeIn(answers).filter((code) => /^\w+$/.test(code)))
        expect(description).toContain(`"${field}"`)
    }
  })
})

describe('docs/protocol.md', () => {
  test('has the columns of an event', () => {
    expect(columnsOf('docs/protocol.md').toSorted()).toEqual([...EVENT_FIELDS].toSorted())
  })

  test('has every code of a problem with its status, and every code of a rejection', () => {
    const problems = tableOf('docs/protocol.md', '<!-- problems -->')
    expect(Object.fromEntries(problems.map(([code = '', status]) => [codeIn(code)[0], Number(status)]))).toEqual(
      Object.fromEntries(Object.keys(PROBLEM_CODES).map((code) => [code, statusOf(code as ProblemCode)])),
    )
    const rejections = tableOf('docs/protocol.md', '<!-- rejections -->').flatMap(([code = '']) => codeIn(code))
    expect(rejections.toSorted()).toEqual(Object.keys(REJECTION_CODES).toSorted())
  })

  test('gives examples of ids as they are made', () => {
    const rows = tableOf('docs/protocol.md', '<!-- identity -->').map((cells) => cells.flatMap(codeIn))
    expect(rows.map(([identity = '']) => [identity, eventId(identity)])).toEqual(rows)
  })

  test.each(['batch', 'original'])('shows a request (%s) that is answered as it says', async (name) => {
    const { url, key } = await startServer(tempFolder())
    const answer = await fetch(`${url}/v1/sync`, {
      method: 'POST',
      headers: { 'X-API-Key': key },
      body: blockOf('docs/protocol.md', `run: ${name}`),
    })
    expect([answer.status, await answer.json()]).toEqual([
      200,
      JSON.parse(blockOf('docs/protocol.md', `answer: ${name}`)),
    ])
  })
})

test('docs/privacy.md explains every column that is sent', () => {
  expect(columnsOf('docs/privacy.md').toSorted()).toEqual([...EVENT_FIELDS].toSorted())
})

test('the table of the fixtures is what the transcript gives', () => {
  const path = join(repository, 'sources/claude-code/fixtures/variants.jsonl')
  const responses = eventsOf(readTranscript(path).sightings).filter(({ kind }) => kind === 'response')
  const found = responses.map((e) => [
    e.id,
    e.input_tokens,
    e.output_tokens,
    e.cache_write_5m_tokens,
    e.cache_write_1h_tokens,
    e.cache_read_tokens,
  ])
  const table = tableOf('sources/claude-code/fixtures/README.md', '<!-- expected -->').map(([name = '', ...counts]) => [
    eventId(`message ${codeIn(name)[0]}`),
    ...counts.map(Number),
  ])
  expect(found.map((row) => row.join()).toSorted()).toEqual(table.map((row) => row.join()).toSorted())
  const costs = new Map(responses.map((event) => [event.id, costOfEvent(listPrices(), event)]))
  const stated = tableOf('sources/claude-code/fixtures/README.md', '<!-- costs -->').map(([name = '', , cost = '']) => [
    eventId(`message ${codeIn(name)[0]}`),
    cost === 'none' ? undefined : parseUsd(cost),
  ])
  expect(new Map(stated as [string, bigint | undefined][])).toEqual(costs)
})

describe('ARCHITECTURE.md', () => {
  test('has the arrows that the compiler keeps', () => {
    const rows = tableOf('ARCHITECTURE.md', '<!-- arrows -->')
    const stated = rows.map(([folder = '', , imports = '']) => [codeIn(folder)[0], codeIn(imports).toSorted()])
    const kept = stated.map(([folder]) => {
      const config = readFileSync(join(repository, String(folder), 'tsconfig.json'), 'utf8')
      return [folder, [...config.matchAll(/"path": "\.\.\/(\w+)"/g)].map(([, name = '']) => name).toSorted()]
    })
    expect(stated).toEqual(kept)
  })

  test('names functions that there are', () => {
    const code = productFiles().map((file) => readFileSync(file, 'utf8'))
    const named = [...textOf('ARCHITECTURE.md').matchAll(/\b(\w+)\(\)/g)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(8)
    const missing = named.filter((name) => !code.some((text) => new RegExp(`function\\*? ${name}\\b`).test(text)))
    expect(missing).toEqual([])
  })
})

describe('what the documents point to is there:', () => {
  let known: Set<string>
  beforeAll(() => {
    const settings: ServerSetting[] = Object.values(SERVER_SETTINGS)
    const variables = [...SETTINGS.map(({ variable }) => variable), ...settings.map(({ env }) => env)]
    const inCode = productFiles().flatMap((file) => readFileSync(file, 'utf8').match(/FORGE_[A-Z_]+/g) ?? [])
    const ofCompose = textOf('.env.example').match(/^FORGE_[A-Z_]+/gm) ?? []
    const ofTests = ['FORGE_UPDATE_README', 'FORGE_SESSIONS', 'FORGE_MOVED_EVENTS']
    known = new Set([...variables, ...inCode, ...ofCompose, ...ofTests])
  })

  test.each(documentNames())('%s', (name) => {
    const text = textOf(name)
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(name, link))).toEqual([])

    const paths = text.match(
      /(?<![\w/.~-])(?:api|bench|bin|client|core|docs|scripts|server|sources|store|test)\/[\w./-]*\w/g,
    )
    expect((paths ?? []).filter((path) => !existsSync(join(repository, path)))).toEqual([])

    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const run = [...text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script)
    expect(run.filter((script) => !(script in scripts))).toEqual([])

    expect((text.match(/FORGE_[A-Z_]+/g) ?? []).filter((variable) => !known.has(variable))).toEqual([])
  })
})

function statusOf(code: ProblemCode): number {
  return encodeProblem(new Problem(code, '')).status
}

function longFlags(text: string): string[] {
  return [...new Set(text.match(/--[a-z][\w-]*/g))].filter((flag) => flag !== '--help')
}

function columnsOf(name: string): string[] {
  return tableOf(name, '<!-- columns -->').flatMap(([column = '']) => codeIn(column))
}

function productFiles(): string[] {
  return globSync('{core,api,sources,store,server,client,bin}/**/*.ts', { cwd: repository })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => join(repository, file))
}

/** Does a relative link lead to a file that is there, and to a heading that it has? */
function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? from : join(dirname(from), path)
  if (!existsSync(join(repository, target))) return false
  if (anchor === undefined) return true
  const headings = [...textOf(target).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
  return headings.includes(anchor)
}
