import { shortModelName } from '../group-names.ts'
import { canonicalModel } from './model-name.ts'
import type { PriceBook } from './price-book.ts'

/**
 * Is a model called so? By its name as written, by what the price book calls it, and by either without maker and date, as
 * screens show it. Never by its beginning: `opus-4` is not `opus-4-1`.
 */
export function isModelNamed(model: string, wanted: readonly string[], book: PriceBook): boolean {
  const canonical = canonicalModel(model, book) ?? model
  const names = [model, canonical, model.replace(/^claude-/, ''), shortModelName(model), shortModelName(canonical)]
  return names.some((name) => wanted.includes(name))
}
