import { applyEdits, findNodeAtLocation, type JSONPath, modify, type Node, parseTree } from 'jsonc-parser'
import type { Caller } from '../automatic/callers.ts'

/**
 * Changes to the text of Claude Code's settings. Each adds or takes out its own lines; every other byte, the order and
 * the indentation stay. Texts are those that `checkedSettings` has let pass.
 */

/** A hook of Claude Code: when, what, and how many seconds it may take. */
export interface Hook {
  readonly event: Extract<Caller, 'SessionStart' | 'Stop' | 'SessionEnd'>
  readonly command: string
  readonly timeout: number
}

/** The text with these hooks behind all others of their events. */
export function withHooks(text: string, hooks: readonly Hook[]): string {
  let next = text
  for (const { event, command, timeout } of hooks) {
    next = changed(next, ['hooks', event, -1], { hooks: [{ type: 'command', command, timeout }] })
  }
  return next
}

/** The text without hooks whose command `isMeant`; what they alone had been in goes with them. */
export function withoutHooks(text: string, isMeant: (command: string) => boolean): string {
  let next = text
  for (let path = findHook(next, isMeant); path !== undefined; path = findHook(next, isMeant)) {
    next = changed(next, emptied(next, path), undefined)
  }
  return next
}

/** The text with a status line, or without one. */
export function withStatusLine(text: string, statusLine: object | undefined): string {
  if (statusLine === undefined && valueAt(text, ['statusLine']) === undefined) return text
  return changed(text, ['statusLine'], statusLine)
}

/** The value at a path; undefined where there is none. */
export function valueAt(text: string, path: JSONPath): unknown {
  let value: unknown = JSON.parse(text.trim() === '' ? '{}' : text)
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step]
  return value
}

/** Commands of all hooks, as they stand there. */
export function hookCommands(text: string): string[] {
  const commands: string[] = []
  findHook(text, (command) => {
    commands.push(command)
    return false
  })
  return commands
}

function changed(text: string, path: JSONPath, value: unknown): string {
  const base = text.trim() === '' ? '{}' : text
  const eol = base.includes('\r\n') ? '\r\n' : '\n'
  // A file in one line stays one.
  const formattingOptions = base.trim().includes('\n') || base === '{}' ? { ...indentOf(base), eol } : undefined
  const isArrayInsertion = path.at(-1) === -1
  return applyEdits(
    base,
    modify(base, path, value, { isArrayInsertion, ...(formattingOptions && { formattingOptions }) }),
  )
}

/** The indentation of the first line that has one; two spaces where none has. */
function indentOf(text: string): { insertSpaces: boolean; tabSize: number } {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
  return indent.startsWith('\t') ? { insertSpaces: false, tabSize: 1 } : { insertSpaces: true, tabSize: indent.length }
}

/** The path of the first hook whose command is meant: `hooks`, event, group, `hooks`, place. */
function findHook(text: string, isMeant: (command: string) => boolean): JSONPath | undefined {
  const root = parseTree(text)
  const events = root && findNodeAtLocation(root, ['hooks'])
  for (const { children: [name, groups] = [] } of events?.children ?? []) {
    for (const [i, group] of (groups?.children ?? []).entries()) {
      const hooks = listIn(group, 'hooks')
      for (const [j, hook] of hooks.entries()) {
        const command = findNodeAtLocation(hook, ['command'])
        if (command?.type === 'string' && isMeant(command.value as string)) {
          return ['hooks', name?.value as string, i, 'hooks', j]
        }
      }
    }
  }
  return undefined
}

/** The path of the outermost thing that would be empty without a hook: its group, its event, or all hooks. */
function emptied(text: string, path: JSONPath): JSONPath {
  const root = parseTree(text) as Node
  let meant = path
  for (const length of [4, 2, 1]) {
    const parent = findNodeAtLocation(root, path.slice(0, length))
    if ((parent?.children?.length ?? 0) > 1) break
    // A group of hooks is the object around its list; an event is the property around its list.
    meant = length === 4 ? path.slice(0, 3) : path.slice(0, length)
  }
  return meant
}

function listIn(node: Node, name: string): Node[] {
  const list = node.type === 'object' ? findNodeAtLocation(node, [name]) : undefined
  return list?.type === 'array' ? (list.children ?? []) : []
}
