import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanName, isCleanName } from './text.ts'

test('a clean name has no control, bidi or zero-width character, no lone surrogate, and at most 200 code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const clean = cleanName(name)
      expect(clean).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b-\u200f]/u)
      expect(clean.isWellFormed()).toBe(true)
      expect(Array.from(clean).length).toBeLessThanOrEqual(200)
      expect(cleanName(clean)).toBe(clean)
    }),
  )
})

test('escape codes are taken out of a name, and what people write stays', () => {
  expect(cleanName('\u001b[31mred\u001b[0m\u0007')).toBe('[31mred[0m')
  expect(cleanName('admin\u202egnp.exe')).toBe('admingnp.exe')
  for (const name of ['claude-opus-5', '日本語', '👩 née', '__proto__', 'a/b:c', ''])
    expect(isCleanName(name)).toBe(true)
  expect(isCleanName('a\nb')).toBe(false)
})
