import { expect, test } from 'vitest'
import { keysOf } from './keys.ts'

test('keys have names, also where several come at once', () => {
  expect(keysOf('q')).toEqual(['q'])
  expect(keysOf('\u001b[A\u001bOBm\r')).toEqual(['up', 'down', 'm', 'enter'])
  expect(keysOf('\u001b[5~\u001b[6~\u001b[H\u001b[4~')).toEqual(['page-up', 'page-down', 'home', 'end'])
  expect(keysOf('é日')).toEqual(['é', '日'])
})

test('escape alone is a key, and what begins with it and is not known is passed over', () => {
  expect(keysOf('\u001b')).toEqual(['escape'])
  expect(keysOf('\u001b[1;5Cq\u001b[<0;3;4Mt\u001bOPp\u001bx')).toEqual(['q', 't', 'p'])
})
