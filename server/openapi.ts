import { z } from 'zod'
import { KEY_HEADER, SHARE_HEADER } from '../api/paths.ts'
import { encodeProblem, PROBLEM_CONTENT_TYPE } from '../api/problem-json.ts'
import { Problem, type ProblemCode } from '../core/problem.ts'
import { COOKIE_NAMES } from './access/cookie.ts'
import type { Scope } from '../core/scope.ts'
import { type Policy, ruleOf } from './access/policy.ts'
import type { OpenEndpoint } from './endpoint.ts'
import type { Route } from './route.ts'

/** The description of every route, OpenAPI 3.1, made from the schemas that check what comes in. */
export function openApi(routes: () => readonly Route[], version: string): OpenEndpoint {
  return {
    name: 'openapi',
    summary: 'This description. Needs no key.',
    async handle() {
      return openApiDocument(routes(), version)
    },
  }
}

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route)
  return {
    openapi: '3.1.0',
    info: {
      title: 'claudeforge',
      version,
      description: 'Usage of Claude Code on all your machines: what machines send, and what can be asked.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemDocument) },
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: KEY_HEADER },
        link: { type: 'apiKey', in: 'header', name: SHARE_HEADER, description: 'The secret of a read-only link.' },
        browser: {
          type: 'apiKey',
          in: 'cookie',
          name: COOKIE_NAMES.https,
          description: `Of a browser that is signed in; \`${COOKIE_NAMES.http}\` over plain http. Never read where a key is shown.`,
        },
      },
    },
  }
}

export interface OpenApiDocument {
  readonly openapi: string
  readonly info: object
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: object
}

const problemDocument = z
  .looseObject({
    type: z.string().meta({ description: 'A page about this kind of problem, relative to the server.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What went wrong, and why.' }),
    code: z.string().meta({ description: 'Stable; for programs.' }),
    hint: z.string().optional().meta({ description: 'What to do next.' }),
    errors: z
      .array(z.looseObject({ pointer: z.string().optional(), parameter: z.string().optional(), detail: z.string() }))
      .optional()
      .meta({ description: 'Of an invalid request: where, and what.' }),
    expected: z.int().optional().meta({ description: 'Of a position mismatch: where to go on from.' }),
    retry_after_s: z.int().optional(),
    request_id: z.string().optional().meta({ description: 'Of a failure in the server: it is in its log, too.' }),
  })
  .meta({ description: 'RFC 9457.' })

function operation({ path, policy, endpoint }: Route): object {
  const parameters = [...pathParameters(path), ...queryParameters(endpoint.query)]
  return {
    operationId: endpoint.name,
    summary: endpoint.summary,
    security: securityOf(policy),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(endpoint),
    responses: {
      200: {
        description: 'Done.',
        content: {
          'application/json': {
            schema: endpoint.answer === undefined ? { type: 'object' } : jsonSchema(endpoint.answer),
          },
        },
      },
      ...problemResponses(possibleProblems(policy, endpoint)),
      ...refusalResponse(endpoint),
    },
  }
}

function requestBody({ body, form }: Route['endpoint']): object {
  if (form !== undefined) {
    const content = { 'application/x-www-form-urlencoded': { schema: jsonSchema(form) } }
    return { requestBody: { required: true, content } }
  }
  if (body === undefined) return {}
  return { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body) } } } }
}

function refusalResponse({ refusal }: Route['endpoint']): object {
  if (refusal === undefined) return {}
  const content = { 'application/json': { schema: jsonSchema(refusal) } }
  return { 400: { description: 'Not (yet): `error` says why.', content } }
}

/** Either of these, with the right that is needed; an empty one where nothing is needed. */
function securityOf(policy: Policy): object[] {
  const { key, browser, link, open } = ruleOf(policy)
  return [
    ...(link === undefined ? [] : [{ link: [] }]),
    ...(key === undefined ? [] : [{ key: rights(key) }]),
    ...(browser === undefined ? [] : [{ browser: rights(browser) }]),
    ...(open && browser !== undefined ? [{}] : []),
  ]
}

function rights(needed: Scope | 'anything'): Scope[] {
  return needed === 'anything' ? [] : [needed]
}

function possibleProblems(policy: Policy, { query, problems = [] }: Route['endpoint']): ProblemCode[] {
  const byPolicy: ProblemCode[] = ruleOf(policy).open
    ? []
    : ['invalid-request', 'unauthenticated', 'forbidden', 'rate-limited']
  const byQuery: ProblemCode[] = query === undefined ? [] : ['invalid-request']
  return [...new Set<ProblemCode>([...byPolicy, ...byQuery, ...problems, 'internal', 'unavailable'])]
}

function problemResponses(codes: readonly ProblemCode[]): Record<string, object> {
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }
  const byStatus = Map.groupBy(
    codes.map((code) => encodeProblem(new Problem(code, ''))),
    ({ status }) => status,
  )
  return Object.fromEntries(
    [...byStatus].map(([status, documents]) => [
      String(status),
      { description: documents.map(({ title, code }) => `${title} (\`${code}\`).`).join(' '), content },
    ]),
  )
}

const PARAMETERS: Readonly<Record<string, string>> = {
  hostname: 'The hostname of a machine, or its id.',
  id: 'As it stands in the list.',
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: PARAMETERS[name ?? ''] ?? '',
    schema: { type: 'string' },
  }))
}

function queryParameters(query: z.ZodObject | undefined): object[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as { description?: string }
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
    }
  })
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' })
  return json
}
