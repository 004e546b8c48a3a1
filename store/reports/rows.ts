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

  /** The sums of a row, which is made where it is new. */
  at(span: number, key: string): Sums {
    return this.#spans.get(span)?.get(key)?.sums ?? this.put(span, key, noSums())
  }

  /** A row that is not there yet. */
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
