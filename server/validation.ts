import { z } from 'zod'
import { Problem } from '../core/problem.ts'
import { cleanName } from '../core/text.ts'

const MOST_ERRORS = 20

/** A body as its schema wants it. Throws `invalid-request` with the place of each error, as a JSON pointer. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.slice(0, MOST_ERRORS).map((issue) => ({
    pointer: issue.path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: cleanName(issue.message),
  }))
  const [first] = errors
  throw new Problem('invalid-request', `The body is not valid: ${first?.pointer || 'as a whole'}: ${first?.detail}.`, {
    hint: 'Compare it with /v1/openapi.json.',
    details: { errors },
  })
}

/** A query as its schema wants it. Throws `invalid-request` for values and names that it does not know. */
export function readQuery<S extends z.ZodObject>(schema: S, query: Readonly<Record<string, string[]>>): z.output<S> {
  const { numbers, lists } = kindsOf(schema)
  const values: Record<string, unknown> = Object.create(null)
  for (const [name, given] of Object.entries(query)) {
    if (lists.has(name)) {
      values[name] = given
      continue
    }
    if (given.length > 1) throw badQuery([{ parameter: cleanName(name), detail: 'is given more than once' }])
    const text = given[0] as string
    values[name] = numbers.has(name) && /^-?\d{1,15}$/.test(text) ? Number(text) : text
  }
  const parsed = schema.safeParse(values)
  if (parsed.success) return parsed.data
  throw badQuery(
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ parameter: cleanName(key), detail: 'is not known here' }))
        : [{ ...parameterOf(issue.path[0]), detail: cleanName(issue.message) }],
    ),
  )
}

/** None, where parameters do not go together. */
function parameterOf(name: PropertyKey | undefined): { parameter?: string } {
  return name === undefined ? {} : { parameter: cleanName(String(name)) }
}

function badQuery(errors: readonly { readonly parameter?: string; readonly detail: string }[]): Problem {
  const what = errors.slice(0, 1).flatMap(({ parameter, detail }) => (parameter ? [parameter, detail] : [detail]))
  return new Problem('invalid-request', `The query is not valid: ${what.join(': ')}.`, {
    hint: 'Compare it with /v1/openapi.json.',
    details: { errors: errors.slice(0, MOST_ERRORS) },
  })
}

interface Kinds {
  readonly numbers: ReadonlySet<string>
  readonly lists: ReadonlySet<string>
}

const kindsBySchema = new WeakMap<z.ZodObject, Kinds>()

/** Which parameters of a query are numbers, and which may be given again: in a URL everything is text. */
function kindsOf(schema: z.ZodObject): Kinds {
  const known = kindsBySchema.get(schema)
  if (known !== undefined) return known
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const named = (type: string) =>
    new Set(Object.keys(properties).filter((name) => (properties[name] as { type?: unknown }).type === type))
  const kinds = { numbers: named('integer'), lists: named('array') }
  kindsBySchema.set(schema, kinds)
  return kinds
}
