import type { z } from 'zod'
import type { ProjectPrivacy } from '../api/project-names.ts'
import type { ProblemCode } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import type { Caller } from './access/caller.ts'
import type { Visit } from './access/visit.ts'
import type { RandomBytes } from './secrets.ts'

/** The ledger an endpoint works on, the time, and chance. */
export interface ServerLedger {
  readonly db: Db
  readonly now: () => number
  readonly randomBytes: RandomBytes
  /** What is kept of projects, whatever machines send. */
  readonly projects: ProjectPrivacy
}

/** One thing a server does: what it takes, what it answers, and how. Validation and OpenAPI are made from it. */
export interface Endpoint<Q extends z.ZodObject = z.ZodObject, C extends Caller | undefined = Caller> {
  /** Its operation id in OpenAPI. */
  readonly name: string
  readonly summary: string
  /** Without it a query is not looked at. */
  readonly query?: Q
  /** What the body may be; `handle` reads and checks it. */
  readonly body?: z.ZodType
  /** Instead of a body: what the fields of a form may be. */
  readonly form?: z.ZodObject
  /** Without it: some JSON object. */
  readonly answer?: z.ZodType
  /** What else it may answer, with 400, where another standard says how. */
  readonly refusal?: z.ZodType
  /** Problems of its own, besides those that any route may have. */
  readonly problems?: readonly ProblemCode[]
  /**
   * For a GET that is asked often: a text that is another one whenever the answer might be. It has to be quick; the
   * answer is then kept, and made again only when it has changed.
   */
  version?(asked: Omit<Asked<z.output<Q>, C>, 'query'>): Promise<string>
  /** What is to be answered as JSON, or a whole answer where a status, a header or a stream matters. */
  handle(asked: Asked<z.output<Q>, C>): Promise<object | Response>
}

/** An endpoint that also answers who is nobody. */
export type OpenEndpoint<Q extends z.ZodObject = z.ZodObject> = Endpoint<Q, Caller | undefined>

/** A request that was let through, with its valid query. */
export interface Asked<Q, C extends Caller | undefined = Caller> {
  readonly caller: C
  readonly visit: Visit
  readonly query: Q
  /** What a name in braces stands for, in the path of the route. */
  readonly param: (name: string) => string
  readonly readJson: () => Promise<unknown>
  /** The fields of a form, as a schema wants them. */
  readonly readForm: <S extends z.ZodObject>(schema: S) => Promise<z.output<S>>
}
