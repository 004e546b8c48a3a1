import type { PriceBook } from './price-book.ts'

/** Names are few, but they come from outside. */
const MOST_REMEMBERED = 2000
const remembered = new WeakMap<PriceBook, Map<string, string | undefined>>()

/**
 * What a price book calls a model; undefined where it does not know it. Exact names only, after what providers add is
 * taken off: `us.anthropic.claude-opus-4-5-20251101-v1:0`, `anthropic/claude-opus-4.5` and `claude-opus-4-5@20251101`
 * are one model. A name that merely begins like another is another model.
 */
export function canonicalModel(name: string, book: PriceBook): string | undefined {
  let known = remembered.get(book)
  if (known === undefined) remembered.set(book, (known = new Map()))
  if (known.has(name)) return known.get(name)
  const id = lookUp(name, book)
  if (known.size < MOST_REMEMBERED) known.set(name, id)
  return id
}

function lookUp(name: string, { ids }: PriceBook): string | undefined {
  const trimmed = name.trim()
  for (const spelling of [trimmed, plain(trimmed), reversed(plain(trimmed))]) {
    const id = ids.get(spelling) ?? ids.get(spelling.replace(/-\d{8}$/, ''))
    if (id !== undefined) return id
  }
  return undefined
}

/** The name without what providers put around it. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/\[1m\]$/, '')
    .replace(/^arn:aws[\w-]*:bedrock:[\w-]*:\d*:(?:foundation-model|inference-profile)\//, '')
    .replace(/^.*\/(?=claude-)/, '')
    .replace(/^(?:(?:us-gov|us|eu|apac|au|jp|ca|global)\.)?anthropic\./, '')
    .replace(/-v\d+(?::\d+)?(?::\d+k)?$/, '')
    .replace('@', '-')
    .replaceAll(/(?<=\d)\.(?=\d)/g, '-')
    .replace(/-latest$/, '')
}

/** `claude-4-6-opus`, as some write it, is `claude-opus-4-6`; `claude-3-5-sonnet` really is called so and is found before. */
function reversed(name: string): string {
  return name.replace(/^claude-(\d+(?:-\d+)?)-(opus|sonnet|haiku|fable|mythos)(?=-\d{8}$|$)/, 'claude-$2-$1')
}
