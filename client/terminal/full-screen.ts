import type { Terminal } from '../surroundings.ts'

/**
 * The whole terminal as lines: on its other screen, so that what stood there before stands there afterwards. Only lines
 * that have changed are written, all at once where the terminal can.
 */

/** Other screen, no cursor, no new line at the right edge. */
export const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J'
// Emptied, since tmux 3.3 takes lines of the other screen along where its size has changed.
export const LEAVE_SCREEN = '\u001b[H\u001b[2J\u001b[?7h\u001b[?25h\u001b[?1049l'

const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'

export class FullScreen {
  readonly #terminal: Pick<Terminal, 'write' | 'rows'>
  #shown: readonly string[] = []

  constructor(terminal: Pick<Terminal, 'write' | 'rows'>) {
    this.#terminal = terminal
  }

  /** Shows these lines, from the top; those that do not fit are left out. */
  show(lines: readonly string[]): void {
    const shown = Array.from({ length: this.#terminal.rows }, (_, i) => lines[i] ?? '')
    // Emptied first: at the right edge the cursor stands on the last cell, not behind it.
    const changed = shown.flatMap((line, i) =>
      line === this.#shown[i] ? [] : [`\u001b[${i + 1};1H\u001b[2K${line}\u001b[0m`],
    )
    this.#shown = shown
    if (changed.length > 0) this.#terminal.write(BEGIN + changed.join('') + END)
  }

  /** Nothing of what was shown stands there any more. */
  clear(): void {
    this.#shown = []
    this.#terminal.write('\u001b[2J')
  }
}
