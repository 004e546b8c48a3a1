import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The documents of this repository, for tests that hold them to what they say. */

export const repository = join(import.meta.dirname, '../..')

export function documentNames(): string[] {
  const patterns = ['*.md', 'docs/**/*.md', 'integrations/**/*.md', 'sources/**/*.md']
  return globSync(patterns, { cwd: repository, exclude: ['**/node_modules/**'] }).toSorted()
}

export function textOf(name: string): string {
  return readFileSync(join(repository, name), 'utf8')
}

/** A fenced block, with the comment that stands on the line before it. */
export interface Block {
  readonly mark: string
  readonly language: string
  readonly text: string
}

export function blocksOf(name: string): Block[] {
  const fences = /(?:<!-- (.*?) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm
  return [...textOf(name).matchAll(fences)].map(([, mark = '', language = '', text = '']) => ({ mark, language, text }))
}

/** The block of a mark, such as `run: start`. */
export function blockOf(name: string, mark: string): string {
  const found = blocksOf(name).filter((block) => block.mark === mark)
  if (found.length !== 1) throw new Error(`${name} has ${found.length} blocks marked ${mark}`)
  return found[0]?.text ?? ''
}

/** The cells of the table that follows a text, a mark or a heading, without its head. */
export function tableOf(name: string, after: string): string[][] {
  const text = textOf(name)
  const start = text.indexOf(after)
  const table = start === -1 ? null : /(?:^\|.*\n)+/m.exec(text.slice(start))
  if (table === null) throw new Error(`${name} has no table after ${after}`)
  const [, , ...rows] = table[0].trim().split('\n')
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  )
}

/** What stands in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

/** The commands that `forge --help` names: groups of names, on one line or more. */
export function commandsIn(help: string): string[] {
  const groups = /^Reports [^]*?\n\n/m.exec(help)?.[0] ?? ''
  return groups.split(/\s+/).filter((word) => /^[a-z]/.test(word))
}
