import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { cacheFolder } from './corpora.ts'

const root = join(import.meta.dirname, '..')

/** Makes scan-only.ts one program, as scripts/build.ts makes ours, so that what is timed is the scan; returns its path. */
export async function bundleScan(): Promise<string> {
  const folder = cacheFolder('scan-only')
  const build = await rolldown({
    input: {
      'scan-only': join(import.meta.dirname, 'scan-only.ts'),
      'reading-thread': join(root, 'client/reading-thread.ts'),
    },
    cwd: root,
    platform: 'node',
    tsconfig: false,
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  })
  await build.write({
    dir: folder,
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: { compress: true, mangle: false, codegen: false },
    // Its thread is looked for one folder up, as in the bundle of the whole program.
    codeSplitting: { groups: [{ name: 'scan', test: /[\\/](?:core|sources|client)[\\/](?!reading-thread)/ }] },
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
  return join(folder, 'scan-only.js')
}
