#!/usr/bin/env node
import { VERSION } from './version.ts'

/**
 * The executable. What is asked most often, and by programs, is answered before anything else is loaded: every module
 * more is time at each start.
 */
const [word, ...more] = process.argv.slice(2)
if ((word === '--version' || word === '-V') && more.length === 0) process.stdout.write(`${VERSION}\n`)
else void import('./start.ts').then(({ start }) => start(VERSION))
