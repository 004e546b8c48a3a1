import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEY_KINDS } from '../core/scope.ts'
import { isMistyped, keyText, parseKey } from './key-text.ts'

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'
const base64url = `${digits}ABCDEFGHIJKLMNOPQRSTUVWXYZ-_`
const text = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: length, maxLength: length })
const anyKey = fc.record({
  kind: fc.constantFrom(...KEY_KINDS),
  id: text(digits, 10),
  secret: text(base64url, 43),
})

test('a key says what it is, and is read as it was made', () => {
  const key = keyText({ kind: 'machine', id: '0123456789', secret: 'A'.repeat(43) })
  expect(key).toBe(`cf_machine_0123456789_${'A'.repeat(43)}_3d8e2F`)
  fc.assert(
    fc.property(anyKey, (parts) => {
      expect(parseKey(keyText(parts))).toEqual(parts)
    }),
  )
})

test('a key with one wrong, missing or exchanged character is none, and is told from an unknown one', () => {
  fc.assert(
    fc.property(anyKey, fc.nat(), fc.constantFrom(...base64url.split('')), (parts, at, character) => {
      const key = keyText(parts)
      const i = 'cf_machine_0123456789_'.length + (at % 43)
      const changed = key.slice(0, i) + character + key.slice(i + 1)
      if (changed !== key) expect([parseKey(changed), isMistyped(changed)]).toEqual([undefined, true])
      expect([parseKey(key.slice(0, -1)), isMistyped(key.slice(0, -1))]).toEqual([undefined, true])
      expect(isMistyped(key)).toBe(false)
    }),
  )
})

test.each(['', 'password', 'a-key-of-my-own', `cf_admin_${'A'.repeat(43)}`])('“%s” is a key of another kind', (own) => {
  expect([parseKey(own), isMistyped(own)]).toEqual([undefined, false])
})
