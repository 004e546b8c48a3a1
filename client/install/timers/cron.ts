import { createHash } from 'node:crypto'
import { Problem } from '../../../core/problem.ts'
import { quoted, shimPath } from '../../automatic/shim.ts'
import { runSystem } from '../system-command.ts'
import { type Timer, TIMER_MINUTES, type TimerPlace } from './timer.ts'

const MARK = '# claudeforge'

/** The user's crontab, where there is nothing better: what falls into sleep is left out. */
export const cron: Timer = {
  name: 'cron',
  title: 'line in your crontab',
  isHere: (place) => place.platform !== 'win32' && runSystem(['crontab', '-l'], place) !== undefined,
  files: () => [],
  start: () => [],
  stop: () => [],
  afterwards: () => [],
  table: {
    read: readTable,
    with: (text, place) => `${withEnd(withoutOurs(text))}${line(place)}\n`,
    without: withoutOurs,
    write(text, place) {
      const ran = text === '' ? runSystem(['crontab', '-r'], place) : runSystem(['crontab', '-'], place, text)
      if (ran?.code !== 0) {
        throw new Problem('storage', `crontab did not take the line (${ran?.stderr.trim() ?? 'no such program'}).`)
      }
    },
  },
  status: (place) => ({ on: readTable(place).split('\n').some(isOurs) }),
}

function readTable(place: TimerPlace): string {
  const ran = runSystem(['crontab', '-l'], place)
  // It ends with 1 where there is no crontab yet.
  return ran?.code === 0 ? ran.stdout : ''
}

/** Machines of one company do not all come at the same minute. */
function line(place: TimerPlace): string {
  const spread = createHash('sha256').update(place.home).digest().readUInt8(0) % TIMER_MINUTES
  const minutes = Array.from({ length: 60 / TIMER_MINUTES }, (_, i) => spread + i * TIMER_MINUTES).join(',')
  const command = `/bin/sh ${quoted(shimPath(place), place.platform)} --detached timer`
  return `${minutes} * * * * ${command.replaceAll('%', String.raw`\%`)} >/dev/null 2>&1 ${MARK}`
}

function withoutOurs(text: string): string {
  return text
    .split('\n')
    .filter((each) => !isOurs(each))
    .join('\n')
}

function isOurs(each: string): boolean {
  return each.endsWith(` ${MARK}`) && each.includes('forge-hook')
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
