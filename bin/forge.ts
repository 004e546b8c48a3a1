#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { VERSION } from './version.ts'

/**
 * The executable. What is asked most often, and by programs, is answered before anything else is loaded: every module
 * more is time at each start.
 */
const [word, ...more] = process.argv.slice(2)
const asksVersion = (word === '--version' || word === '-V') && more.length === 0
if (!asksVersion || !print(VERSION)) void import('./start.ts').then(({ start }) => start(VERSION))

/** Past Node's streams, which take longer to make than all the rest; where that fails, the program says why. */
function print(text: string): boolean {
  try {
    writeSync(1, `${text}\n`)
    return true
  } catch {
    return false
  }
}
