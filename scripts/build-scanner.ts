// Compiles the scanner of transcript rows to WebAssembly, and puts its bytes into a module, so that source and bundle
// load it alike: node scripts/build-scanner.ts
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(import.meta.dirname, '../sources/claude-code/scanner')

export const scannerModule = join(folder, 'scan.wasm.ts')

/** The text that {@link scannerModule} should have. Throws with the compiler's own words when the source is wrong. */
export function buildScanner(): string {
  const out = mkdtempSync(join(tmpdir(), 'forge-scanner-'))
  try {
    const wasm = join(out, 'scan.wasm')
    // The compiler runs as a program: as a module its types would redefine Node's globals for all of scripts/.
    const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'))
    const options = ['--optimizeLevel', '3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd']
    execFileSync(process.execPath, [compiler, 'scan.as.ts', '--outFile', wasm, ...options], { cwd: folder })
    return [
      '/** scan.as.ts as WebAssembly, in base64. Made by scripts/build-scanner.ts. */',
      'export const SCANNER =',
      `  '${readFileSync(wasm).toString('base64')}'`,
      '',
    ].join('\n')
  } finally {
    rmSync(out, { recursive: true })
  }
}

if (import.meta.main) writeFileSync(scannerModule, buildScanner())
