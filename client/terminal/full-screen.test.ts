import { expect, test } from 'vitest'
import { FullScreen } from './full-screen.ts'

function screen(rows = 3) {
  const written: string[] = []
  const full = new FullScreen({ rows, write: (text) => void written.push(text) })
  return { full, written }
}

test('only lines that changed are written, all at once', () => {
  const { full, written } = screen()
  full.show(['one', 'two'])
  full.show(['one', 'three'])
  full.show(['one', 'three'])
  expect(written).toEqual([
    '\u001b[?2026h\u001b[1;1H\u001b[2Kone\u001b[0m\u001b[2;1H\u001b[2Ktwo\u001b[0m\u001b[3;1H\u001b[2K\u001b[0m\u001b[?2026l',
    '\u001b[?2026h\u001b[2;1H\u001b[2Kthree\u001b[0m\u001b[?2026l',
  ])
})

test('lines below the last one are not written, and after it was cleared all are', () => {
  const { full, written } = screen(1)
  full.show(['one', 'two'])
  full.clear()
  full.show(['one', 'two'])
  expect(written).toHaveLength(3)
  expect(written.join('')).not.toContain('two')
  expect(written[2]).toBe(written[0])
})
