// Builds the dashboard: hashed files, each also compressed as well as possible, so that serving one costs nothing.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

const root = join(import.meta.dirname, '..')

/** Files that gain nothing from compression. */
const MIN_BYTES = 200

/** Builds `web/` into a folder, and names the modules that went into it. A warning ends it: it would be about something missing or doubled in a browser. */
export async function buildWeb(outDir: string): Promise<readonly string[]> {
  const built = (await build({
    root: join(root, 'web'),
    // Everything beside the page, so that a reverse proxy may put it under any path.
    base: './',
    configFile: false,
    logLevel: 'warn',
    customLogger: failingLogger(),
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2024',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      sourcemap: false,
      // What pages share is one file: a first visit waits for few.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } } },
    },
  })) as Rolldown.RolldownOutput
  for (const path of filesOf(outDir)) compress(path)
  requireBudget(outDir)
  return built.output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
}

/** What a first visit may cost, in bytes on the wire: also over a slow line it should be there at once. */
const BUDGET = { all: 90 * 1024, scripts: 60 * 1024 }

function requireBudget(folder: string): void {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, name]) => name as string)
  const bytes = (name: string) => {
    const compressed = join(folder, `${name}.br`)
    return statSync(existsSync(compressed) ? compressed : join(folder, name)).size
  }
  const sum = (names: readonly string[]) => names.reduce((total, name) => total + bytes(name), 0)
  const [all, scripts] = [sum(['index.html', ...named]), sum(named.filter((name) => name.endsWith('.js')))]
  if (all <= BUDGET.all && scripts <= BUDGET.scripts) return
  throw new Error(`the first page has grown over its budget: ${all} bytes in all, ${scripts} of them scripts`)
}

/** Every file in a folder and below, as absolute paths. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

function compress(path: string): void {
  const bytes = readFileSync(path)
  if (bytes.length < MIN_BYTES) return
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
  writeFileSync(`${path}.br`, brotli)
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
}

function failingLogger() {
  const fail = (message: string): never => {
    throw new Error(`building web/: ${message}`)
  }
  return {
    info: () => undefined,
    warn: fail,
    warnOnce: fail,
    // What fails is thrown besides.
    error: () => undefined,
    clearScreen: () => undefined,
    hasErrorLogged: () => false,
    hasWarned: false,
  }
}
