import { execFileSync, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { PROGRAM, type ProgramOptions } from './program.ts'

/** The real program in a real terminal. */

export const hasTmux = spawnSync('tmux', ['-V']).status === 0

export interface TestTerminal {
  /** What is seen, without what stands to the right of the text. */
  screen(): string[]
  /** Waits until something is seen, and returns what is seen then. */
  until(shows: RegExp | ((text: string) => boolean)): Promise<string[]>
  /** Presses keys, by tmux's names. */
  press(...keys: string[]): void
  resize(columns: number, rows: number): void
  /** Is a program drawing on the other screen? */
  isTakenOver(): boolean
  /** The process of the program itself. */
  readonly pid: () => number
  close(): void
}

interface Opened extends ProgramOptions {
  readonly columns?: number
  readonly rows?: number
  /** Typed by someone into a shell with job control, instead of started with the terminal. */
  readonly isTyped?: boolean
}

let opened = 0

/** Opens a terminal with `forge …` in it. Once that has ended, its exit code and the terminal's mode are printed. */
export function openTerminal(
  args: readonly string[],
  { home, env = {}, columns = 80, rows = 24, isTyped = false }: Opened,
): TestTerminal {
  const socket = `forge-test-${process.pid}-${++opened}`
  const tmux = (...words: string[]) => execFileSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' })
  const all = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...env,
  }
  const variables = Object.entries(all).map(([name, value]) => `${name}='${value}'`)
  const program = [process.execPath, PROGRAM, ...args].join(' ')
  const after = `echo "--ended with $?--"; stty -a | grep -o '.icanon'; sleep 600`
  const start = isTyped ? 'sh -i' : `sh -c 'echo $$ >${home}/pid; exec ${program}'; ${after}`
  const command = `env -i ${variables.join(' ')} ${start}`
  tmux('-f', '/dev/null', '-u', 'new-session', '-d', '-x', String(columns), '-y', String(rows), command)
  const close = () => void spawnSync('tmux', ['-L', socket, 'kill-server'])
  onTestFinished(close)
  if (isTyped) tmux('send-keys', program, 'Enter')
  const screen = () => tmux('capture-pane', '-p').split('\n')
  return {
    screen,
    async until(shows) {
      const isSeen = typeof shows === 'function' ? shows : (text: string) => shows.test(text)
      for (let i = 0; i < 300; i++) {
        const lines = screen()
        if (isSeen(lines.join('\n'))) return lines
        await sleep(100)
      }
      throw new Error(`${String(shows)} was not seen, but:\n${screen().join('\n')}`)
    },
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    isTakenOver: () => tmux('display-message', '-p', '#{alternate_on}').trim() === '1',
    pid: () => Number(execFileSync('cat', [`${home}/pid`], { encoding: 'utf8' })),
    close,
  }
}
