import { describe, expect, onTestFinished, test } from 'vitest'
import { Problem } from '../../core/problem.ts'
import { Following } from './follow.ts'

/** Time that goes on when a test lets it. */
class Clock {
  #now = 0
  readonly #sleeping = new Set<{ readonly until: number; readonly wake: () => void }>()

  readonly now = () => this.#now

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const sleeper = { until: this.#now + ms, wake: resolve }
      this.#sleeping.add(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleeping.delete(sleeper)
        resolve()
      })
    })

  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settled()
      const [next] = [...this.#sleeping].toSorted((a, b) => a.until - b.until)
      if (next === undefined || next.until > end) break
      this.#now = next.until
      this.#sleeping.delete(next)
      next.wake()
    }
    this.#now = end
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** What tells of news, when a test says so. */
class Radio {
  #untold = 0
  #isOver = false
  #wake: () => void = () => undefined

  readonly hear = async function* (this: Radio, signal: AbortSignal) {
    this.#isOver = false
    signal.addEventListener('abort', () => this.end())
    for (;;) {
      while (this.#untold === 0 && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
      if (this.#isOver) return
      this.#untold--
      yield 'news'
    }
  }.bind(this)

  tell(): void {
    this.#untold++
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }
}

function follow({ hear, fails = () => undefined }: { hear?: Radio['hear']; fails?: () => Problem | undefined } = {}) {
  const clock = new Clock()
  const said: string[] = []
  const asked: number[] = []
  const ask = async () => {
    asked.push(clock.now())
    const problem = fails()
    if (problem !== undefined) throw problem
    return 'answer'
  }
  const follower = {
    answered: () => void said.push('answer'),
    failed: ({ message }: Problem) => void said.push(message),
    heard: (isLive: boolean) => void said.push(isLive ? 'live' : 'not live'),
  }
  const following = new Following({ ask, hear }, follower, clock)
  const stop = new AbortController()
  const done = following.until(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return { clock, said, asked, following }
}

describe('following', () => {
  test('asks at once and every five seconds where nothing tells of news', async () => {
    const { clock, asked } = follow()
    await clock.pass(16_000)
    expect(asked).toEqual([0, 5000, 10_000, 15_000])
  })

  test('asks when there are news, once for those of a second, and now and then without any', async () => {
    const radio = new Radio()
    const { clock, said, asked } = follow({ hear: radio.hear })
    await clock.pass(100)
    radio.tell()
    await clock.pass(400)
    radio.tell()
    await clock.pass(2500)
    expect(said).toEqual(['answer', 'live', 'answer'])
    expect(asked).toEqual([0, 1100])
    radio.tell()
    await clock.pass(3000)
    expect(asked).toEqual([0, 1100, 4000])
    await clock.pass(120_000)
    expect(asked.slice(3)).toEqual([64_000, 124_000])
  })

  test('asks every five seconds from when the telling has ended, and listens again', async () => {
    const radio = new Radio()
    const { clock, said, asked } = follow({ hear: radio.hear })
    await clock.pass(10)
    radio.tell()
    await clock.pass(2000)
    radio.end()
    await clock.pass(6000)
    expect(said).toEqual(['answer', 'live', 'answer', 'not live', 'answer', 'answer'])
    expect(asked).toEqual([0, 1010, 2010, 7010])
    await clock.pass(1000)
    radio.tell()
    await clock.pass(10)
    expect(said.at(-1)).toBe('live')
  })

  test('says what failed, and asks again', async () => {
    let isAway = true
    const away = new Problem('unreachable', 'away')
    const { clock, said } = follow({ fails: () => (isAway ? away : undefined) })
    await clock.pass(6000)
    isAway = false
    await clock.pass(5000)
    expect(said).toEqual(['away', 'away', 'answer'])
  })

  test('asks at once when it is told to', async () => {
    const { clock, asked, following } = follow()
    await clock.pass(1200)
    following.askNow()
    await clock.pass(100)
    expect(asked).toEqual([0, 1200])
  })

  test('ends with a bug instead of hiding it', async () => {
    const ask = () => Promise.reject(new TypeError('a bug'))
    const follower = { answered: () => undefined, failed: () => undefined, heard: () => undefined }
    const following = new Following({ ask, hear: undefined }, follower, new Clock())
    await expect(following.until(new AbortController().signal)).rejects.toThrow('a bug')
  })
})
