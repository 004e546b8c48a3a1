import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  converter,
  type Oklab,
  differenceEuclidean,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  wcagContrast,
} from 'culori'
import { describe, expect, test } from 'vitest'
import { repository } from '../readme/documents.ts'

const css = readFileSync(join(repository, 'web/style/tokens.css'), 'utf8')

/** The colour that a name has in a theme. */
function colour(name: string, theme: 'light' | 'dark'): string {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)
  if (found === null) throw new Error(`no --${name}`)
  return found[theme === 'light' ? 1 : 2] as string
}

const SIGHTS: Readonly<Record<string, (seen: Oklab) => Oklab>> = {
  'normal sight': (seen) => seen,
  protanopia: filterDeficiencyProt(1),
  deuteranopia: filterDeficiencyDeuter(1),
  tritanopia: filterDeficiencyTrit(1),
}

const SERIES = ['series-0', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5']
const oklab = converter('oklab')
const distance = differenceEuclidean('oklab')

describe.each(['light', 'dark'] as const)('the %s palette', (theme) => {
  const surface = colour('surface', theme)

  test('has series that stand out from the surface', () => {
    for (const name of [...SERIES, 'series-6', 'control']) {
      expect([name, wcagContrast(colour(name, theme), surface) >= 3]).toEqual([name, true])
    }
  })

  test('has text and states that can be read', () => {
    for (const name of ['text', 'muted', 'accent', 'ok', 'warn', 'bad']) {
      expect([name, wcagContrast(colour(name, theme), surface) >= 4.5]).toEqual([name, true])
    }
    expect(wcagContrast(colour('on-accent', theme), colour('accent', theme))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(Object.entries(SIGHTS))('keeps any two series apart under %s', (_, seen) => {
    const colours = SERIES.map((name) => seen(oklab(colour(name, theme)) as Oklab))
    for (const [i, a] of colours.entries()) {
      for (const [j, b] of colours.entries()) {
        if (i < j && a !== undefined && b !== undefined) {
          expect([SERIES[i], SERIES[j], 100 * distance(a, b) >= 10]).toEqual([SERIES[i], SERIES[j], true])
        }
      }
    }
  })

  test('has squares that are told apart by lightness alone, each step from the one before', () => {
    const levels = [0, 1, 2, 3, 4].map((level) => colour(`heat-${level}`, theme))
    for (const [i, level] of levels.entries()) {
      const before = levels[i - 1]
      if (before !== undefined) expect([i, wcagContrast(level, before) >= 1.3]).toEqual([i, true])
    }
  })
})
