import { Problem } from '../../core/problem.ts'
import type { Surroundings } from '../surroundings.ts'

/** What is asked again and again. */
export interface Source<Answer> {
  /** Asks. Throws a Problem where there is no answer. */
  readonly ask: () => Promise<Answer>
  /** Hears that there may be another answer, until `signal` is raised; undefined where nothing tells. */
  readonly hear: ((signal: AbortSignal) => AsyncIterable<unknown>) | undefined
}

/** Who is told of answers, and of what failed. */
export interface Follower<Answer> {
  answered(answer: Answer): void
  failed(problem: Problem): void
  /** Is each change told by itself from now on? */
  heard(isLive: boolean): void
}

/** How often is asked where nothing tells that there is something new. */
const POLL_MS = 5_000
/** Also what is told by itself is asked for now and then: a day ends without any news. */
const LIVE_POLL_MS = 60_000
/** News that come together are one question. */
const TOGETHER_MS = 1_000

/** Keeps an answer as new as can be: asks when there are news, and every few seconds where nothing tells them. */
export class Following<Answer> {
  readonly #source: Source<Answer>
  readonly #follower: Follower<Answer>
  readonly #surroundings: Pick<Surroundings, 'now' | 'sleep'>
  #isLive = false
  #wake = new AbortController()
  /** News have come, and are asked about in a moment. */
  #isSoon = false

  constructor(source: Source<Answer>, follower: Follower<Answer>, surroundings: Pick<Surroundings, 'now' | 'sleep'>) {
    this.#source = source
    this.#follower = follower
    this.#surroundings = surroundings
  }

  /** Goes on until `signal` is raised. Throws what is no Problem: a bug. */
  async until(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#asking(signal), this.#hearing(signal)])
  }

  /** Asks at once: something else is to be known, or someone knows that there is something new. */
  askNow(): void {
    this.#wake.abort()
  }

  async #asking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const problem = await this.#ask()
      if (problem !== undefined) this.#follower.failed(problem)
      await this.#rest(this.#isLive ? LIVE_POLL_MS : POLL_MS, AbortSignal.any([signal, this.#wake.signal]))
    }
  }

  async #ask(): Promise<Problem | undefined> {
    try {
      this.#follower.answered(await this.#source.ask())
      return undefined
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  }

  async #hearing(signal: AbortSignal): Promise<void> {
    const { hear } = this.#source
    while (hear !== undefined && !signal.aborted) {
      try {
        for await (const _ of hear(signal)) {
          this.#tellLive(true)
          if (!this.#isSoon) void this.#askSoon(signal)
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
      }
      // A server ends its streams now and then; one that is away is asked whether it is back.
      this.#tellLive(false)
      await this.#rest(POLL_MS, signal)
    }
  }

  async #askSoon(signal: AbortSignal): Promise<void> {
    this.#isSoon = true
    await this.#rest(TOGETHER_MS, signal)
    this.#isSoon = false
    this.askNow()
  }

  #tellLive(isLive: boolean): void {
    if (this.#isLive === isLive) return
    this.#isLive = isLive
    this.#follower.heard(isLive)
    // Whoever has lost touch looks at once, and then every few seconds.
    if (!isLive) this.askNow()
  }

  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return signal.aborted ? Promise.resolve() : this.#surroundings.sleep(ms, signal)
  }
}
