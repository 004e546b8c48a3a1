import type { HandedOut, Introduction, Newcomer } from '../../api/newcomer.ts'
import type { Surroundings } from '../surroundings.ts'
import { paint, styleFor } from '../terminal/style.ts'
import { pairPage, startPairing, untilDecided } from './device-flow.ts'
import { openPage } from './open-browser.ts'

/** Asks for a key in front of a person: shows the code and the number, opens the page, and waits. */
export async function askForKey(
  url: string,
  server: Newcomer,
  me: Introduction,
  { browser }: { readonly browser: boolean },
  surroundings: Surroundings,
): Promise<HandedOut> {
  const { stderr } = surroundings
  const style = styleFor(stderr, surroundings)
  const pending = await startPairing(url, server, me, surroundings)
  const page = pairPage(pending)
  const opened = browser && (await openPage(page.complete, surroundings))
  stderr.write(
    [
      '',
      `  Code    ${paint(pending.user_code, 'bold', style)}    and the number  ${paint(pending.match, 'bold', style)}`,
      `  Page    ${opened ? `${page.plain}  (it opens now)` : page.plain}`,
      '',
      '  Whoever runs the server types the code on that page, or on the machine of the',
      `  server in a terminal (forge approve ${pending.user_code}), and picks the number.`,
      '',
      '',
    ].join('\n'),
  )
  const clear = stderr.isTTY ? '\r\u001b[K' : ''
  const handed = await untilDecided(pending, server, surroundings, (left_ms) => {
    if (stderr.isTTY)
      stderr.write(`${clear}  Waiting${style.signs.ellipsis} ${clockText(left_ms)} left, Ctrl-C stops it`)
  }).finally(() => stderr.write(clear))
  return handed
}

/** `14:52`. */
function clockText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
