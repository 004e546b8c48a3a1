import { join } from 'node:path'
import { expect } from 'vitest'
import { administration } from '../../api/administration.ts'
import { runCommand } from '../../bin/commands.ts'
import type { Surroundings } from '../../client/surroundings.ts'
import type { Problem } from '../../core/problem.ts'
import { tempFolder, writeFile } from './folders.ts'
import { anAssistantRow, lines } from './rows.ts'
import type { TestServer } from './server.ts'
import { capture, testSurroundings, typed } from './surroundings.ts'

/** Machines that join a server, and whoever lets them in. */

export type Given = Partial<Surroundings> & { readonly home: string }

/** A command on a machine, with what it printed; a problem is handed out as its code and words. */
export async function forge(words: string, given: Given) {
  const surroundings = testSurroundings({ hostname: 'laptop', ...given, env: { NO_COLOR: '1', ...given.env } })
  const argv = ['node', 'forge', ...words.split(' ')]
  const ended = await runCommand(argv, 'forge', '1.2.3', surroundings).catch(({ code, message, hint }: Problem) => ({
    code,
    message,
    hint,
  }))
  return { ended, out: surroundings.stdout.text, said: surroundings.stderr.text }
}

/** A person at a terminal, who types these lines. */
export function atTerminal(...answers: readonly string[]) {
  const screen = { isTTY: true, columns: 80 }
  return { stdin: typed(answers), stdout: capture(screen), stderr: capture(screen) }
}

/** A home with usage of two days before the tests' now, by responses of these ids. */
export function homeWithUsage(...ids: readonly number[]): string {
  const home = tempFolder()
  const rows = ids.map((id) =>
    anAssistantRow({
      id: `msg_01ABCDEFGHJKLMNPQRSTU${String(id).padStart(3, '0')}`,
      output: 100,
      timestamp: '2026-11-21T10:00:00Z',
    }),
  )
  writeFile(join(home, '.claude/projects/p/s.jsonl'), lines(...rows))
  return home
}

/** What an administrator may do there. */
export const admin = ({ url, key }: Pick<TestServer, 'url' | 'key'>) => administration({ url, key })

/** Someone at the server decides, as soon as the machine shows its code; what passes meanwhile is given. */
export function whoDecides(server: TestServer, how: 'approve' | 'deny' | 'nothing', screen: { readonly text: string }) {
  let isDecided = false
  return async () => {
    const [, code = '', number = ''] = /Code\s+([A-Z]{4}-[A-Z]{4})\s.*number\s+(\d\d)/.exec(screen.text) ?? []
    if (code === '') throw new Error(`no code on the screen: ${screen.text}`)
    if (isDecided || how === 'nothing') return
    isDecided = true
    const { id } = await admin(server).findPairing(code)
    if (how === 'approve') await admin(server).approvePairing(id, number)
    else await admin(server).denyPairing(id)
  }
}

/** What a server shows: its machines, and the tokens of all. */
export async function output(server: TestServer): Promise<[machines: string[], output_tokens: number]> {
  const { machines } = await server.client.reports.machines({})
  const { output_tokens } = await server.client.reports.totals({})
  return [machines.map(({ hostname }) => hostname).toSorted(), output_tokens]
}

/** A machine joins by an invite. */
export async function joinServer(server: Pick<TestServer, 'url' | 'key'>, given: Given): Promise<void> {
  const { code } = await admin(server).invite('')
  expect((await forge(`login ${server.url} --code ${code} --no-install`, given)).ended).toBe(0)
}
