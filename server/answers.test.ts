import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportSpecs } from '../core/report-specs.ts'
import { runs } from '../store/testing.ts'
import { Answers } from './answers.ts'
import { createApp } from './app.ts'
import { aBatch, anEvent, aServer, eventId, TEST_KEY, TEST_NOW, type TestServer } from './testing.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE

const paths = Object.keys(reportSpecs)
  .filter((name) => name !== 'log' && name !== 'hashes')
  .map((name) => (name === 'overview' ? '/v1/overview' : `/v1/stats/${name}`))

const ask = async ({ request }: Pick<TestServer, 'request'>, path: string) => (await request('GET', path)).json()

/** The same server as if it had just been started: it remembers nothing. */
function restarted({ options }: TestServer): Pick<TestServer, 'request'> {
  const app = createApp(options)
  return { request: async (method, path) => app.request(path, { method, headers: { 'X-API-Key': TEST_KEY } }) }
}

type Step =
  | { readonly does: 'sync'; readonly machine: number; readonly hours_ago: number; readonly output: number }
  | { readonly does: 'hide' | 'show'; readonly machine: number }
  | { readonly does: 'wait'; readonly ms: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('sync' as const), machine: fc.nat(1), hours_ago: fc.nat(60), output: fc.nat(900) }),
  fc.record({ does: fc.constant('hide' as const), machine: fc.nat(1) }),
  fc.record({ does: fc.constant('show' as const), machine: fc.nat(1) }),
  fc.record({
    does: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 10 * MINUTE, 5 * 60 * MINUTE, DAY, 40 * DAY),
  }),
)

async function take(server: TestServer, step: Step, n: number): Promise<void> {
  if (step.does === 'wait') return server.wait(step.ms)
  const machine = { id: `machine-${step.machine}`, hostname: `host-${step.machine}`, cleanup_period_days: 30 }
  const path = `/v1/machines/${machine.id}`
  if (step.does !== 'sync') {
    await (step.does === 'hide' ? server.request('DELETE', path) : server.request('POST', `${path}/reactivate`))
    return
  }
  const now = server.options.now()
  const occurred_at = now - step.hours_ago * 60 * MINUTE
  const event = anEvent({ id: eventId(n % 5), machine: machine.id, occurred_at, output_tokens: step.output })
  const coverage = [{ starts: occurred_at, ends: now }]
  await server.sync(aBatch([event], { machine, ledger: `${machine.id} ${n}`, coverage, after: 0 }))
}

describe('a report', () => {
  test('is at any time what a server would answer that has just been started', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
        const server = await aServer({ tz: 'Asia/Kathmandu' })
        for (const [n, step] of steps.entries()) {
          await take(server, step, n)
          const fresh = restarted(server)
          for (const path of paths) expect(await ask(server, path)).toEqual(await ask(fresh, path))
        }
      }),
      { numRuns: runs(25) },
    )
  })

  test('says nothing different within a quarter of an hour, in which its tag stays', async () => {
    const server = await aServer()
    server.wait(2 * MINUTE - (TEST_NOW % (15 * MINUTE)))
    await server.sync(aBatch([anEvent({ occurred_at: TEST_NOW - DAY }), anEvent({ id: eventId(2) })]))
    for (const path of paths) {
      const before = await server.request('GET', path)
      const etag = before.headers.get('ETag') as string
      server.wait(MINUTE / 2)
      expect(await ask(restarted(server), path)).toEqual(await before.json())
      expect((await server.request('GET', path, undefined, { 'If-None-Match': etag })).status).toBe(304)
    }
  })

  test('has another tag for each change and each question', async () => {
    const server = await aServer()
    const tag = async (path: string) => (await server.request('GET', path)).headers.get('ETag')
    const tags = [await tag('/v1/stats/totals'), await tag('/v1/stats/totals?days=2'), await tag('/v1/stats/daily')]
    await server.sync(aBatch([]))
    tags.push(await tag('/v1/stats/totals'))
    server.wait(15 * MINUTE)
    tags.push(await tag('/v1/stats/totals'))
    expect(new Set(tags).size).toBe(tags.length)
  })
})

test('answers are kept up to a size, and a failure is not', async () => {
  const answers = new Answers()
  let made = 0
  const make = (size: number) => () => {
    made++
    return Promise.resolve(new TextEncoder().encode('x'.repeat(size)))
  }
  await Promise.all([answers.of('a', '1', make(10)), answers.of('a', '1', make(10))])
  expect(made).toBe(1)
  await answers.of('a', '2', make(10))
  expect(made).toBe(2)
  for (let i = 0; i < 40; i++) await answers.of(`large ${i}`, '1', make(1024 * 1024))
  await answers.of('a', '2', make(10))
  expect(made).toBe(43)
  await expect(answers.of('b', '1', () => Promise.reject(new Error('not now')))).rejects.toThrow('not now')
  expect((await answers.of('b', '1', make(1))).plain).toEqual(new TextEncoder().encode('x'))
})
