import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keptProject, PROJECT_NAMES, type ProjectNames } from './project-names.ts'

const GIT = `g${'a'.repeat(21)}`
const keys = fc.constantFrom(GIT, `p${'b'.repeat(21)}`, 'shop', '~', '')
const privacy = (level: ProjectNames, secret = 'secret-1') => ({ level, secret })

describe('what is told of a project', () => {
  test('names: its key; off: nothing', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(keptProject(key, privacy('names'))).toBe(key)
        expect(keptProject(key, privacy('off'))).toBe('')
      }),
    )
  })

  test('hashed: one hash for one key and secret, another for another', () => {
    const hashed = keptProject(GIT, privacy('hashed'))
    expect(hashed).toMatch(/^#[\w-]{21}$/)
    expect(keptProject(GIT, privacy('hashed'))).toBe(hashed)
    expect(keptProject(GIT, privacy('hashed', 'secret-2'))).not.toBe(hashed)
    expect(keptProject('shop', privacy('hashed'))).not.toBe(hashed)
    expect([keptProject('~', privacy('hashed')), keptProject('', privacy('hashed'))]).toEqual(['~', ''])
  })

  test('a server of the same or another level changes nothing that is private enough', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(...PROJECT_NAMES), (key, level) => {
        const told = keptProject(key, privacy(level))
        expect(keptProject(told, privacy(level, 'secret-2'))).toBe(told)
      }),
    )
  })

  test('the more private key sorts first, so that it wins a merge', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const [names, hashed, off] = PROJECT_NAMES.map((level) => keptProject(key, privacy(level))) as [
          string,
          string,
          string,
        ]
        expect(off <= hashed && hashed <= names).toBe(true)
      }),
    )
  })
})
