import type { Terminal, TerminalUser } from './surroundings.ts'

/** What ends a program. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

type Signal = (typeof SIGNALS)[number]

/** Keys of which the system makes signals, but for a terminal that hands on every key. */
const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'

/** The terminal that the real program runs in. */
export class ProgramTerminal implements Terminal {
  readonly #process: NodeJS.Process
  #user: TerminalUser | undefined
  #isDrawnOn = false
  /** The signal that ended it, which the process dies of once it has put everything in order. */
  #signal: Signal | undefined

  constructor(process: NodeJS.Process) {
    this.#process = process
  }

  get columns(): number {
    return this.#process.stdout.columns
  }

  get rows(): number {
    return this.#process.stdout.rows
  }

  take(user: TerminalUser): () => void {
    const { stdin, stdout } = this.#process
    this.#user = user
    for (const signal of SIGNALS) this.#process.on(signal, this.#told)
    this.#process.on('SIGCONT', this.#resume)
    // Before a crash is printed, so that it can be read afterwards; and on every other way out.
    this.#process.on('uncaughtExceptionMonitor', this.#leave)
    this.#process.on('exit', this.#leave)
    stdout.on('resize', user.changed).on('error', user.ended)
    stdin.setEncoding('utf8').on('data', this.#pressed).on('end', user.ended).on('error', user.ended)
    this.#enter()
    return () => this.#giveBack(user)
  }

  write(text: string): void {
    if (this.#isDrawnOn) this.#process.stdout.write(text)
  }

  readonly #pressed = (text: string): void => {
    if (text.includes(CTRL_C)) this.#told('SIGINT')
    else if (text.includes(CTRL_Z)) this.#suspend()
    else this.#user?.pressed(text)
  }

  readonly #told = (signal: Signal): void => {
    this.#signal = signal
    this.#user?.ended()
  }

  #suspend(): void {
    this.#leave()
    // The whole group, as where the system makes a signal of the key.
    if (this.#process.platform === 'win32') this.#resume()
    else this.#process.kill(0, 'SIGTSTP')
  }

  readonly #resume = (): void => {
    this.#enter()
    this.#user?.changed()
  }

  #enter(): void {
    if (this.#isDrawnOn || this.#user === undefined) return
    this.#isDrawnOn = true
    this.#process.stdin.setRawMode(true).resume()
    this.#process.stdout.write(this.#user.enter)
  }

  readonly #leave = (): void => {
    if (!this.#isDrawnOn) return
    this.#isDrawnOn = false
    // Where the terminal is gone there is nothing to be put back.
    if (!this.#process.stdout.destroyed) this.#process.stdout.write(this.#user?.leave ?? '')
    if (!this.#process.stdin.destroyed) this.#process.stdin.setRawMode(false)
  }

  #giveBack(user: TerminalUser): void {
    const { stdin, stdout } = this.#process
    this.#leave()
    for (const signal of SIGNALS) this.#process.off(signal, this.#told)
    this.#process.off('SIGCONT', this.#resume)
    this.#process.off('uncaughtExceptionMonitor', this.#leave)
    this.#process.off('exit', this.#leave)
    stdout.off('resize', user.changed).off('error', user.ended)
    stdin.off('data', this.#pressed).off('end', user.ended).off('error', user.ended).pause()
    this.#user = undefined
    if (this.#signal !== undefined) this.#process.kill(this.#process.pid, this.#signal)
  }
}
