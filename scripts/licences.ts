// The licences of what is inside the bundle. MIT, ISC, BSD and Apache-2.0 ask that their text goes along with every copy.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const ALLOWED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Unlicense']

interface Manifest {
  name: string
  version: string
  license?: string
  author?: string | { name: string }
  homepage?: string
}

/**
 * The text of THIRD-PARTY-LICENSES.txt for a bundle made of these modules, the same for the same versions.
 * Throws for a package whose licence is not one we can pass on, or whose text cannot be found.
 */
export function licencesOf(moduleIds: readonly string[]): string {
  const folders = new Set(moduleIds.map(packageFolder).filter((folder) => folder !== undefined))
  const packages = [...folders].map((folder) => ({ folder, manifest: readManifest(folder) }))
  const sections = packages.map(({ folder, manifest }) => ({
    title: `${manifest.name} ${manifest.version} (${allowedLicence(manifest)})`,
    text: licenceText(folder, manifest),
  }))
  // A package may lie there twice, for two parents; one text is enough.
  const unique = new Map(sections.map((section) => [section.title, section]))
  const sorted = [...unique.values()].toSorted((a, b) => (a.title < b.title ? -1 : 1))
  const line = '-'.repeat(80)
  const body = sorted.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n`)
  return `Claudeforge contains these packages, under these licences.\n\n${body.join('\n')}`
}

function packageFolder(moduleId: string): string | undefined {
  // The few lines with which rolldown joins modules are rolldown's.
  if (moduleId.startsWith('\0rolldown/')) return packageFolder(import.meta.resolve('rolldown').replace('file://', ''))
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId.replaceAll('\\', '/'))?.[0]
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function allowedLicence(manifest: Manifest): string {
  const choices = manifest.license?.replaceAll(/[()]/g, '').split(' OR ') ?? []
  const licence = choices.find((choice) => ALLOWED.includes(choice))
  if (licence === undefined) {
    throw new Error(
      `${manifest.name} ${manifest.version}: licence "${manifest.license ?? 'none'}" is not in ${ALLOWED.join(', ')}`,
    )
  }
  return licence
}

function licenceText(folder: string, manifest: Manifest): string {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(name))
  if (files.length > 0) {
    return files
      .toSorted()
      .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
      .join('\n\n')
  }
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name
  if (manifest.license === 'MIT' && author !== undefined) return mitText(author)
  throw new Error(`${manifest.name} ${manifest.version}: no licence text in the package`)
}

/** For a package that says "MIT" and who wrote it, but carries no file: the licence's own words, as SPDX lists them. */
function mitText(holder: string): string {
  return `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
}
