import { describe, expect, test } from 'vitest'
import type { LineFacts, LineLimit } from './facts.ts'
import { LINE_FORMATS } from './format-names.ts'
import { lineText, meter } from './formats.ts'

const NOW = Date.parse('2026-11-22T19:36:00Z')

const limit = (given: Partial<LineLimit> = {}): LineLimit => ({
  account: 'a1',
  window: 'five_hour',
  used_percent: 78.2,
  resets_at: '2026-11-22T21:00:00.000Z',
  seen_at: '2026-11-22T19:34:00.000Z',
  hostname: 'studio',
  ...given,
})

const facts: LineFacts = {
  at: NOW - 120_000,
  tz: 'Europe/Berlin',
  date: '2026-11-22',
  total_tokens: 997_000,
  cost_usd: '2',
  machine_count: 3,
  limits: [limit(), limit({ window: 'seven_day', used_percent: 41, resets_at: '2026-11-24T08:00:00.000Z' })],
  server_url: 'http://nas:8420',
}

describe('a line', () => {
  test.each([
    ['claude', 'today 997K $2.00 (3 machines) · 5h ███████▊░░ 78% → 22:00 · wk 41%'],
    ['tmux', '#[fg=colour172]5h 78%#[default] 997K $2.00'],
    ['starship', '⚒ 78%'],
    ['i3', '{"full_text":"5h 78% 997K $2.00","short_text":"5h 78%","color":"#c47600"}'],
    ['{5h}|{week}|{tokens}|{cost}|{machines}|{5h_reset}|{week_reset}', '78%|41%|997K|$2.00|3|22:00|Tue 09:00'],
  ])('for %s', (format, text) => {
    expect(lineText(format, facts, NOW)).toBe(text)
  })

  test('says of a machine that was signed out that it is', () => {
    expect(lineText('claude', { ...facts, signed_out: true }, NOW)).toMatch(/^signed out: forge login · today 997K /)
  })

  test('leaves out a day without use, which says nothing', () => {
    expect(lineText('tmux', { ...facts, total_tokens: 0, cost_usd: null }, NOW)).toBe('#[fg=colour172]5h 78%#[default]')
  })

  test('for waybar is an object of its four fields', () => {
    expect(JSON.parse(lineText('waybar', facts, NOW))).toEqual({
      text: '5h 78%',
      tooltip: [
        'Today 997K tokens · $2.00',
        '5-hour window 78%, resets 22:00 (from studio)',
        'Week, all 41%, resets Tue 09:00 (from studio)',
      ].join('\n'),
      class: 'warn',
      percentage: 78,
    })
  })

  test('for SwiftBar is a title, a rule and a menu', () => {
    expect(lineText('swiftbar', facts, NOW).split('\n').slice(0, 3)).toEqual([
      '5h 78% | color=#c47600',
      '---',
      'Today 997K tokens · $2.00 | href=http://nas:8420',
    ])
  })

  test('says nothing of what is not known: no limits, no price, no use, nothing at all', () => {
    const none = { ...facts, limits: [], cost_usd: null }
    expect(lineText('claude', none, NOW)).toBe('today 997K (3 machines)')
    expect(lineText('claude', { ...none, total_tokens: 0, machine_count: 0 }, NOW)).toBe('')
    expect(lineText('starship', none, NOW)).toBe('')
    expect(lineText('{5h} {cost}', none, NOW)).toBe('- ')
    for (const format of LINE_FORMATS) expect(lineText(format, undefined, NOW)).toBe(format === 'json' ? 'null' : '')
  })

  test.each([
    [69.9, 'ok'],
    [70, 'warn'],
    [90, 'bad'],
  ])('of %d percent is %s', (used_percent, state) => {
    const line = lineText('waybar', { ...facts, limits: [limit({ used_percent })] }, NOW)
    expect(JSON.parse(line)).toMatchObject({ class: state })
  })

  test('of two accounts tells the one that was heard last', () => {
    const limits = [limit({ account: 'b', used_percent: 12, seen_at: '2026-11-22T19:35:00.000Z' }), limit()]
    expect(lineText('starship', { ...facts, limits }, NOW)).toBe('⚒ 12%')
  })

  test.each([
    ['{nonsense}', '“{nonsense}” is no word of a line.'],
    ['polybar', '“polybar” is no format of a line.'],
  ])('%s is refused with what would work', (format, sentence) => {
    expect(() => lineText(format, facts, NOW)).toThrow(sentence)
  })
})

test.each([
  [0, '░░░░░░░░░░'],
  [78.2, '███████▊░░'],
  [99.9, '█████████▉'],
  [100, '██████████'],
  [140, '██████████'],
])('a meter of %d percent', (percent, drawn) => {
  expect(meter(percent, 10)).toBe(drawn)
})
