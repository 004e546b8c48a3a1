import type { z } from 'zod'
import type { ProjectPrivacy } from '../api/project-names.ts'
import type { ProblemCode } from '../core/problem.ts'
import type { Db } from '../store/open.ts'
import type { OwnerId } from '../store/schema.ts'

/** Whose ledger an endpoint works on, and the time. */
export interface ServerLedger {
  readonly db: Db
  readonly owner: OwnerId
  readonly now: () => number
  /** What is kept of projects, whatever machines send. */
  readonly projects: ProjectPrivacy
}

/** One thing a server does: what it takes, what it answers, and how. Validation and OpenAPI are made from it. */
export interface Endpoint<Q extends z.ZodObject = z.ZodObject> {
  /** Its operation id in OpenAPI. */
  readonly name: string
  readonly summary: string
  /** Without it a query is not looked at. */
  readonly query?: Q
  /** What the body may be; `handle` reads and checks it. */
  readonly body?: z.ZodType
  /** Without it: some JSON object. */
  readonly answer?: z.ZodType
  /** Problems of its own, besides those that any route may have. */
  readonly problems?: readonly ProblemCode[]
  handle(asked: Asked<z.output<Q>>): Promise<object>
}

/** A request that passed authentication, with its valid query. */
export interface Asked<Q> {
  readonly query: Q
  /** What the path's `{hostname}` stands for; empty where it has none. */
  readonly hostname: string
  readonly readJson: () => Promise<unknown>
}
