/** Keys as a terminal sends them. */
export type Key = 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | 'enter' | 'escape' | 'redraw'

const SEQUENCES: readonly [sequence: string, key: Key][] = [
  ['\u001b[A', 'up'],
  ['\u001bOA', 'up'],
  ['\u001b[B', 'down'],
  ['\u001bOB', 'down'],
  ['\u001b[5~', 'page-up'],
  ['\u001b[6~', 'page-down'],
  ['\u001b[H', 'home'],
  ['\u001bOH', 'home'],
  ['\u001b[1~', 'home'],
  ['\u001b[F', 'end'],
  ['\u001bOF', 'end'],
  ['\u001b[4~', 'end'],
  ['\r', 'enter'],
  ['\n', 'enter'],
  // Ctrl-L.
  ['\u000c', 'redraw'],
]

/** Any other sequence that begins with escape: a function key, a mouse, a paste. */
// oxlint-disable-next-line no-control-regex
const UNKNOWN = /^\u001b(?:\[[\d;?<]*[ -/]*[@-~]|O.|.)/s

/** The keys in what was typed: by their names, or as the one letter that they type. What is unknown is passed over. */
export function keysOf(text: string): (Key | string)[] {
  const keys: (Key | string)[] = []
  for (let rest = text; rest !== '';) {
    const [sequence, key] = SEQUENCES.find(([known]) => rest.startsWith(known)) ?? []
    if (sequence !== undefined && key !== undefined) {
      keys.push(key)
      rest = rest.slice(sequence.length)
    } else if (rest.startsWith('\u001b')) {
      const unknown = UNKNOWN.exec(rest)?.[0]
      if (unknown === undefined) keys.push('escape')
      rest = rest.slice(unknown?.length ?? 1)
    } else {
      const [letter = ''] = rest
      keys.push(letter)
      rest = rest.slice(letter.length)
    }
  }
  return keys
}
