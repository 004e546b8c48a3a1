import { noSums, type Sums } from '../../core/usage-sums.ts'

/** Usage of one span and one key: a model's name, a machine's id, a project's key and so on. */
export interface Divided {
  readonly span: number
  readonly key: string
  readonly sums: Sums
}

/** Rows while they are added up. */
export class Rows {
  readonly #spans = new Map<number, Map<string, Divided>>()

  /** The sums of a row, to add to: it is made where it is new, and sums that others share are copied. */
  at(span: number, key: string): Sums {
    const sums = this.#spans.get(span)?.get(key)?.sums
    if (sums === undefined) return this.put(span, key, noSums())
    return Object.isFrozen(sums) ? this.put(span, key, { ...sums }) : sums
  }

  /** A row that is not there yet, or is to be another. */
  put(span: number, key: string, sums: Sums): Sums {
    let ofSpan = this.#spans.get(span)
    if (ofSpan === undefined) this.#spans.set(span, (ofSpan = new Map<string, Divided>()))
    ofSpan.set(key, { span, key, sums })
    return sums
  }

  ofSpan(span: number): Divided[] {
    return [...(this.#spans.get(span)?.values() ?? [])]
  }

  all(): Divided[] {
    return [...this.#spans.keys()].flatMap((span) => this.ofSpan(span))
  }
}
