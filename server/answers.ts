import { entityTag } from './entity-tag.ts'
import { KeptAnswer } from './kept-answer.ts'

/** Bytes of answers that are kept; of a year by model, some hundred. */
const MOST_BYTES = 32 * 1024 * 1024

interface Kept {
  readonly tag: string
  readonly etag: string
  readonly answer: KeptAnswer
}

/**
 * Answers as they were sent, each for as long as its tag stays what it was. A tag is asked for before every answer, so
 * what is kept cannot be stale. Questions that arrive together are answered once. The longest unused go first.
 */
export class Answers {
  readonly #kept = new Map<string, Kept>()
  readonly #underway = new Map<string, Promise<KeptAnswer>>()
  #bytes = 0

  /** The answer to a question under a tag: as it is kept, or as `make` makes it. */
  async of(question: string, tag: string, make: () => Promise<Uint8Array<ArrayBuffer>>): Promise<KeptAnswer> {
    const kept = this.#kept.get(question)
    if (kept?.tag === tag) {
      this.#kept.delete(question)
      this.#kept.set(question, kept)
      return kept.answer
    }
    const asked = `${tag} ${question}`
    let answer = this.#underway.get(asked)
    if (answer === undefined) {
      answer = make()
        .then((json) => new KeptAnswer(json))
        .finally(() => this.#underway.delete(asked))
      this.#underway.set(asked, answer)
    }
    const made = await answer
    this.#keep(question, { tag, etag: this.etag(question, tag), answer: made })
    return made
  }

  /** Whether some answer to a question is kept. */
  has(question: string): boolean {
    return this.#kept.has(question)
  }

  /** What an asker is told of an answer under a tag, to ask whether it still has it. */
  etag(question: string, tag: string): string {
    const kept = this.#kept.get(question)
    return kept?.tag === tag ? kept.etag : entityTag(`${tag} ${question}`)
  }

  #keep(question: string, kept: Kept): void {
    this.#forget(question)
    this.#kept.set(question, kept)
    this.#bytes += kept.answer.size
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MOST_BYTES) return
      this.#forget(oldest)
    }
  }

  #forget(question: string): void {
    const kept = this.#kept.get(question)
    if (kept === undefined) return
    this.#kept.delete(question)
    this.#bytes -= kept.answer.size
  }
}
