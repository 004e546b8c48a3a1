import { expect, test } from 'vitest'
import { sharedLooks } from './shared-looks.ts'

/** Looks that end when they are told to, by what they look at. */
function looksAt() {
  const begun: { at: string; end: () => void; fail: (error: Error) => void }[] = []
  const look = sharedLooks(async (at: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const number = begun.push({ at, end: resolve, fail: reject })
    await promise
    return number
  })
  return { begun, look }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate)
}

test('who asks in one turn of the event loop shares a look, which begins behind it', async () => {
  const { begun, look } = looksAt()
  const asked = [look('a'), look('a'), look('b')]
  expect(begun).toEqual([])
  await turns()
  expect(begun.map(({ at }) => at)).toEqual(['a', 'b'])
  for (const { end } of begun) end()
  expect(await Promise.all(asked)).toEqual([1, 1, 2])
})

test('who asks while a look is under way gets the next one, and others do not wait', async () => {
  const { begun, look } = looksAt()
  const first = look('a')
  await turns()
  const [second, third, other] = [look('a'), look('a'), look('b')]
  await turns()
  expect(begun.map(({ at }) => at)).toEqual(['a', 'b'])
  begun[0]?.end()
  expect(await first).toBe(1)
  await turns()
  expect(begun.map(({ at }) => at)).toEqual(['a', 'b', 'a'])
  for (const { end } of begun) end()
  expect(await Promise.all([second, third, other])).toEqual([3, 3, 2])
})

test('a look that fails is told to all who share it, and to nobody after', async () => {
  const { begun, look } = looksAt()
  const asked = [look('a'), look('a')]
  await turns()
  const later = look('a')
  begun[0]?.fail(new Error('away'))
  for (const one of asked) await expect(one).rejects.toThrow('away')
  await turns()
  begun[1]?.end()
  expect(await later).toBe(2)
})
