import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildScanner, scannerModule } from '../../scripts/build-scanner.ts'

test('the scanner that is shipped is what its source builds (node scripts/build-scanner.ts)', () => {
  expect(readFileSync(scannerModule, 'utf8')).toBe(buildScanner())
})
