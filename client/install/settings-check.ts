import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { Problem } from '../../core/problem.ts'

/** Only these are ever touched, so only these have to be understood. */
const TOUCHED = ['hooks', 'statusLine'] as const

/**
 * Lets a text pass that is settings of Claude Code and can be changed without touching anything else. Throws
 * `invalid-request` with the place of what stands in the way: comments, too, since Claude Code itself then reads nothing
 * of the file (anthropics/claude-code#83190).
 */
export function checkedSettings(text: string, path: string): string {
  if (text.trim() === '') return text
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [error] = errors
  if (error !== undefined) throw refusal(path, `${whatIsWrong(error)} in ${placeOf(text, error.offset)}`)
  if (root?.type !== 'object') throw refusal(path, 'something else than one JSON object in it')
  for (const name of TOUCHED) refuseTwice(root, name, text, path)
  const hooks = findNodeAtLocation(root, ['hooks'])
  if (hooks !== undefined) checkHooks(hooks, text, path)
  const statusLine = findNodeAtLocation(root, ['statusLine'])
  if (statusLine !== undefined && statusLine.type !== 'object') {
    throw refusal(path, `a statusLine that is no object in ${placeOf(text, statusLine.offset)}`)
  }
  return text
}

function checkHooks(hooks: Node, text: string, path: string): void {
  if (hooks.type !== 'object') throw refusal(path, `hooks that are no object in ${placeOf(text, hooks.offset)}`)
  for (const { children: [name, groups] = [] } of hooks.children ?? []) {
    refuseTwice(hooks, String(name?.value), text, path)
    if (groups !== undefined && groups.type !== 'array') {
      throw refusal(path, `hooks.${String(name?.value)} that is no list in ${placeOf(text, groups.offset)}`)
    }
  }
}

/** Of a name that stands twice one reader takes the first and another the last. */
function refuseTwice(object: Node, name: string, text: string, path: string): void {
  const found = (object.children ?? []).filter(({ children }) => children?.[0]?.value === name)
  const [, second] = found
  if (second !== undefined) throw refusal(path, `“${name}” twice, again in ${placeOf(text, second.offset)}`)
}

function refusal(path: string, what: string): Problem {
  return new Problem('invalid-request', `${path} was left as it is: it has ${what}.`, {
    hint: 'Claude Code reads nothing of a file with errors. Correct it, then again: forge install',
  })
}

function whatIsWrong({ error }: ParseError): string {
  switch (printParseErrorCode(error)) {
    case 'InvalidCommentToken':
      return 'a comment'
    case 'PropertyNameExpected':
    case 'ValueExpected':
      return 'a comma too many, or nothing where something has to stand,'
    case 'CommaExpected':
      return 'a comma missing'
    case 'EndOfFileExpected':
      return 'something behind its end'
    default:
      return 'no valid JSON'
  }
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}
