import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import type { OpenApiDocument } from './openapi.ts'
import { aServer, type TestServer } from './testing.ts'

interface Operation {
  readonly operationId: string
  readonly security: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[]
  readonly requestBody?: unknown
  readonly responses: Readonly<Record<string, { readonly content: object }>>
}

async function description(server: TestServer): Promise<OpenApiDocument> {
  return (await server.app.request('/v1/openapi.json')).json() as Promise<OpenApiDocument>
}

function operations(document: OpenApiDocument): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation as Operation,
    ]),
  )
}

test('the description is valid OpenAPI 3.1, by someone else’s judgement', async () => {
  const document = await description(await aServer())
  const validator = new Validator({ strict: false })
  const { valid, errors } = await validator.validate({ ...document })
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
  expect(validator.version).toBe('3.1')
})

test('every reference in it leads somewhere', async () => {
  const document = await description(await aServer())
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference]) => reference as string,
  )
  expect(references.length).toBeGreaterThan(20)
  for (const reference of references) {
    const steps = reference.replace(/^#\//, '').split('/')
    const target = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
    expect([reference, typeof target]).toEqual([reference, 'object'])
  }
})

test('every route is in it, and all that is in it is a route', async () => {
  const server = await aServer()
  const described = operations(await description(server)).map(([name]) => name)
  const mounted = server.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/, '{$1}')}`)
  expect(described.toSorted()).toEqual(mounted.toSorted())
})

test('it says which routes need a key, what they take, and which problems they may have', async () => {
  const document = await description(await aServer())
  const all = Object.fromEntries(operations(document))
  const open = Object.entries(all).filter(([, operation]) => operation.security.length === 0)
  expect(open.map(([name]) => name)).toEqual([
    'GET /health',
    'GET /v1/openapi.json',
    'POST /v1/auth/device',
    'POST /v1/auth/token',
    'POST /v1/invites/redeem',
  ])
  expect(document.components).toMatchObject({
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-API-Key' } },
  })

  const daily = all['GET /v1/stats/daily']
  expect(daily?.parameters?.map(({ name }) => name)).toEqual([
    'days',
    'from',
    'to',
    'tz',
    'machine',
    'project',
    'model',
    'account',
    'compare',
  ])
  expect(daily?.parameters?.[0]).toMatchObject({ in: 'query', schema: { type: 'integer', minimum: 1, maximum: 3660 } })
  const sync = all['POST /v1/sync']
  expect(Object.keys(sync?.responses ?? {})).toEqual([
    '200',
    '400',
    '401',
    '403',
    '409',
    '413',
    '415',
    '429',
    '500',
    '503',
    '507',
  ])
  expect(JSON.stringify(sync?.requestBody)).toContain('raw_usage')
  const remove = all['DELETE /v1/machines/{hostname}']
  expect(remove?.parameters?.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual([
    'path hostname',
    'query hard',
  ])
  for (const [name, operation] of Object.entries(all)) {
    const { 200: _, ...problems } = operation.responses
    expect(Object.keys(problems).length).toBeGreaterThan(0)
    for (const [status, { content }] of Object.entries(problems)) {
      const type = name === 'POST /v1/auth/token' && status === '400' ? 'application/json' : 'application/problem+json'
      expect([name, status, Object.keys(content)]).toEqual([name, status, [type]])
    }
  }
  const names = Object.values(all).map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
})
