import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { KEY_HEADER, SHARE_HEADER } from '../api/paths.ts'
import { Problem } from '../core/problem.ts'
import type { Caller } from './access/caller.ts'
import { type Gate, type OpenPolicy, POLICIES, type Policy, ruleOf } from './access/policy.ts'
import { visitOf } from './access/visit.ts'
import { Answers } from './answers.ts'
import { readForm, readJson } from './body.ts'
import type { Asked, Endpoint, OpenEndpoint } from './endpoint.ts'
import { entityTag, matches } from './entity-tag.ts'
import { jsonBytes } from './json-bytes.ts'
import { sendKept } from './kept-answer.ts'
import { readBody, readQuery } from './validation.ts'

interface Place {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As in OpenAPI: `/v1/machines/{hostname}`. */
  readonly path: string
}

/** Something that is answered, with who may ask for it: only what asks for no caller may be open to anyone. */
export type Route = Place &
  (
    | { readonly policy: OpenPolicy; readonly endpoint: OpenEndpoint }
    | { readonly policy: Exclude<Policy, OpenPolicy>; readonly endpoint: Endpoint }
  )

/** What a request carries while it is answered. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    request_id: string
    /** The pattern of the route that was found. */
    route: string
    /** Why it was refused, or failed. */
    problem: Problem
  }
}

/**
 * Mounts routes: the only place that does, so that none is reached without its policy. Throws for a route without one.
 * Other methods of the same path are answered with 405 and what is possible.
 */
export function mountRoutes(
  app: Hono<ServerEnv>,
  routes: readonly Route[],
  { admit, isTrustedProxy }: { readonly admit: Gate; readonly isTrustedProxy: (address: string) => boolean },
): void {
  const answers = new Answers()
  for (const { method, path, policy, endpoint } of routes) {
    // Also for what the compiler did not see: whatever has no policy must not be served.
    if (!Object.hasOwn(POLICIES, policy ?? '')) throw new Error(`${method} ${path} states no policy`)
    app.on(method, honoPath(path), async (c) => {
      c.set('route', path)
      const visit = visitOf(c, isTrustedProxy)
      // The gate hands out no caller for open routes only, and their endpoints can do without.
      const caller = (await admit(policy, visit)) as Caller
      const query = () => (endpoint.query === undefined ? {} : readQuery(endpoint.query, c.req.queries())) as never
      const asked: Omit<Asked<never>, 'query'> = {
        caller,
        visit,
        param: (name) => c.req.param(name) ?? '',
        readJson: () => readJson(c.req.raw),
        readForm: async (schema) => readBody(schema, await readForm(c.req.raw)),
      }
      if (endpoint.version !== undefined) return answerOnce(c, endpoint as Versioned, { asked, query }, answers)
      const answer = await endpoint.handle({ ...asked, query: query() })
      if (answer instanceof Response) return c.req.method === 'HEAD' ? withoutBody(answer) : answer
      const body = JSON.stringify(answer)
      if (method !== 'GET' || ruleOf(policy).open) return c.body(body, 200, jsonHeaders(body))
      return tagged(c, entityTag(body), body)
    })
  }
  for (const [path, sharing] of Map.groupBy(routes, (route) => route.path)) {
    const allow = sharing.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    app.all(honoPath(path), (c) => {
      c.set('route', path)
      throw methodNotAllowed(c, allow)
    })
  }
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** With the length: where it is not told, even a few bytes are compressed, which takes as long as many. */
function jsonHeaders(body: string): Record<string, string> {
  return { ...JSON_TYPE, 'Content-Length': String(Buffer.byteLength(body)) }
}

/** What HEAD gets. Nobody will read the body, so what makes it, or holds a file for it, has to hear that. */
async function withoutBody(answer: Response): Promise<Response> {
  await answer.body?.cancel()
  return new Response(null, answer)
}

type Versioned = Endpoint & Required<Pick<Endpoint, 'version'>>

/**
 * An answer that says by itself when it changes is made once, and not at all for who has it. Nor is a question read
 * whose answer is kept: it was valid.
 */
async function answerOnce(
  c: Context<ServerEnv>,
  endpoint: Versioned,
  { asked, query }: { readonly asked: Omit<Asked<never>, 'query'>; readonly query: () => never },
  answers: Answers,
): Promise<Response> {
  const { owner, share } = asked.caller
  const question = `${share?.id ?? owner} ${withoutHost(c.req.url)}`
  const read = answers.has(question) ? undefined : query()
  const tag = await endpoint.version(asked)
  const headers = taggedHeaders(answers.etag(question, tag))
  if (matches(c.req.header('If-None-Match'), headers.ETag)) return c.body(null, 304, headers)
  const make = async () => jsonBytes((await endpoint.handle({ ...asked, query: read ?? query() })) as object)
  const answer = await answers.of(question, tag, make)
  // Without a socket (a request made in this process) there are no bindings.
  const { outgoing } = (c.env ?? {}) as Partial<HttpBindings>
  if (outgoing === undefined || c.req.method === 'HEAD') return c.body(answer.plain, 200, { ...JSON_TYPE, ...headers })
  return sendKept(answer, {
    outgoing,
    accepted: c.req.header('Accept-Encoding'),
    headers: { ...JSON_TYPE, ...headers },
  })
}

/** The path of a URL, and all behind it. */
function withoutHost(url: string): string {
  return url.slice(url.indexOf('/', url.indexOf('://') + 3))
}

/** An answer with its tag, or only the word that the asker has it. */
function tagged(c: Context<ServerEnv>, etag: string, body: string): Response {
  const headers = taggedHeaders(etag)
  if (matches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, headers)
  return c.body(body, 200, { ...jsonHeaders(body), ...headers })
}

function taggedHeaders(etag: string): { ETag: string; 'Cache-Control': string; Vary: string } {
  return { ETag: etag, 'Cache-Control': 'private, no-cache', Vary: `${KEY_HEADER}, ${SHARE_HEADER}, Cookie` }
}

function methodNotAllowed(c: Context, allow: readonly string[]): Problem {
  return new Problem('invalid-request', `This path has no ${c.req.method}.`, {
    hint: `It has ${allow.join(', ')}.`,
    details: { allow },
  })
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
