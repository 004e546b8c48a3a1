import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../test/support/folders.ts'
import { systemZone } from './system-zone.ts'

/** In a process of its own, since the zone of a process is one: what is said beside what Intl says, for every zone. */
const EVERY_ZONE = `
import { calendarDays, letDateTell, localTime } from ${JSON.stringify(new URL('../core/calendar.ts', import.meta.url).href)}
import { systemZone } from ${JSON.stringify(new URL('./system-zone.ts', import.meta.url).href)}
const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC', 'Asia/Calcutta', 'Nowhere/Else', ':UTC', 'EST5EDT', '']
const say = (zone) => JSON.stringify([calendarDays('2025-12-30', '2027-01-02', zone), localTime(1793188000000, zone)])
const wrong = zones.filter((zone) => {
  process.env.TZ = zone
  const said = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const own = said === undefined || said === 'Etc/Unknown' ? 'UTC' : said
  if (systemZone(process) !== own) return true
  letDateTell('')
  const told = say(own)
  letDateTell(own)
  return say(own) !== told
})
console.log(JSON.stringify({ zones: zones.length, wrong }))
`

test('is what Intl says, and so are the days that Date tells, in every zone', () => {
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', EVERY_ZONE], { encoding: 'utf8' })
  expect(JSON.parse(told)).toEqual({ zones: expect.any(Number), wrong: [] })
}, 60_000)

test('is what the system’s link names, where nothing else is said', () => {
  const link = join(tempFolder(), 'localtime')
  symlinkSync('/usr/share/zoneinfo/Asia/Tokyo', link)
  expect(systemZone({ env: {} }, link)).toBe('Asia/Tokyo')
  expect(systemZone({ env: { TZ: 'Europe/Berlin' } }, link)).toBe('Europe/Berlin')
  expect(systemZone({ env: {} }, '/nowhere')).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone)
})
