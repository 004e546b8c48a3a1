// Makes dist/: the package that is published, with its own manifest. Everything is bundled, so that installing it adds
// one package and runs nothing; chunks are split where the source imports lazily, so that a command loads only its own.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { rolldown, type OutputChunk, type RolldownOutput } from 'rolldown'
import { buildWeb } from './build-web.ts'
import { licencesOf } from './licences.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
// Built aside and renamed when whole: a build that fails leaves the last good one.
const fresh = join(root, `.build/dist-${process.pid}`)

const checkout = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string
  version: string
  description: string
  license: string
}

/** What `forge tokens` of a program needs where there is nothing to read. */
const STARTS = new RegExp(
  [
    'bin/(start|program|graphs|quick-answers)',
    'client/(program-surroundings|system-zone|forge-folder|untouched|terminal/style)',
    'client/commands/(tokens|tokens/question|report/(options|machine-output))',
    'core/(calendar|day|problem|range|text|table-text|grouping|metric|report-rows)',
    'sources/claude-code/locate',
  ]
    .map((path) => `${path.replaceAll('/', String.raw`[\\/]`)}\\.ts$`)
    .join('|'),
)

try {
  const { output } = await bundle()
  const ofWeb = await buildWeb(join(fresh, 'web'))
  // The package is one of CommonJS (below), the dashboard's files are modules.
  writeFileSync(join(fresh, 'web/package.json'), '{ "type": "module" }\n')
  const chunks = output.filter((part) => part.type === 'chunk')
  requireExecutable(chunks)
  chmodSync(join(fresh, 'forge.js'), 0o755)
  writeFileSync(
    join(fresh, 'THIRD-PARTY-LICENSES.txt'),
    licencesOf([...chunks.flatMap((chunk) => chunk.moduleIds), ...ofWeb]),
  )
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(fresh, name))
  }
  writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`)
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
  if (!process.argv.includes('--quiet')) report(chunks)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

async function bundle(): Promise<RolldownOutput> {
  mkdirSync(fresh, { recursive: true })
  const build = await rolldown({
    input: {
      forge: join(root, 'bin/forge.ts'),
      'reading-thread': join(root, 'client/reading-thread.ts'),
      'wide-text': join(root, 'client/terminal/wide-text.ts'),
    },
    cwd: root,
    platform: 'node',
    // Node strips the types without asking it, either.
    tsconfig: false,
    // Its main file asks for its parts in a way that no bundler follows.
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
    // What pg tries to load only where it is installed, or on another runtime.
    external: ['pg-native', 'pg-cloudflare', 'cloudflare:sockets'],
    transform: {
      target: 'node22.18',
      define: {
        __FORGE_VERSION__: JSON.stringify(checkout.version),
        // From the chunk that serves it (chunks/).
        __FORGE_WEB__: JSON.stringify('../web'),
        // Dependencies in CommonJS ask for these; in the bundle there are none.
      },
    },
    // A warning is about something that would be missing or doubled at a user's. It ends the build.
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  return build.write({
    dir: fresh,
    // Node starts a CommonJS program a fifth sooner: its loader for modules resolves, links and wraps each file apart, and
    // wakes every part of a built-in that is imported.
    format: 'cjs',
    // Hashed, so that a server whose files are replaced under it fails at the next lazy import instead of mixing versions.
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    // Smaller, but names and lines stay: people read what they run beside their transcripts, and send us stack traces.
    // Less of either made no command faster (40 starts each).
    minify: { compress: true, mangle: false, codegen: false },
    // Each file more is found, opened and wrapped at every start, so what the quickest commands need is one.
    codeSplitting: { groups: [{ name: 'start', test: STARTS }] },
    comments: false,
  })
}

function requireExecutable(chunks: readonly OutputChunk[]): void {
  const entry = chunks.find((chunk) => chunk.fileName === 'forge.js')
  if (entry?.code.startsWith('#!/usr/bin/env node\n') !== true) {
    throw new Error('dist/forge.js has to begin with "#!/usr/bin/env node"; does bin/forge.ts?')
  }
  // Without node_modules around it, whatever is still imported by name would be missing.
  const names = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
  const foreign = names.filter((name) => !name.startsWith('node:') && !chunks.some((chunk) => chunk.fileName === name))
  if (foreign.length > 0) throw new Error(`not bundled: ${[...new Set(foreign)].join(', ')}`)
}

function publishedManifest(): Record<string, unknown> {
  return {
    name: checkout.name,
    version: checkout.version,
    description: checkout.description,
    keywords: ['claude', 'claude-code', 'usage', 'tokens', 'cost', 'self-hosted', 'sqlite', 'postgresql'],
    license: checkout.license,
    type: 'commonjs',
    bin: { forge: './forge.js', claudeforge: './forge.js' },
    files: [
      'forge.js',
      'reading-thread.js',
      'wide-text.js',
      'chunks',
      'web',
      'CHANGELOG.md',
      'THIRD-PARTY-LICENSES.txt',
    ],
    engines: { node: '>=22.18' },
  }
}

function report(chunks: readonly OutputChunk[]): void {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KB`
  const all = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(dist, name)))
  const size = all.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
  const entry = statSync(join(dist, 'forge.js')).size
  console.log(`dist/: ${kilobytes(size)}, of it forge.js ${kilobytes(entry)}, in ${chunks.length} chunks`)
}
