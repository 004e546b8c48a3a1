import fc from 'fast-check'
import { EVENT_FIELDS, type UsageEvent } from '../../core/usage-event.ts'

/** An event with what matters to a test; the rest is plausible. */
export function anEvent(given: Partial<UsageEvent> = {}): UsageEvent {
  return {
    id: eventIdOf(1),
    kind: 'response',
    occurred_at: Date.parse('2026-11-20T10:00:00Z'),
    source: 'claude-code',
    account: '',
    machine: 'machine-a',
    session: 'session-1',
    project: 'claudeforge',
    model: 'claude-opus-4-5-20251101',
    variant: '',
    seen_as: 'main',
    client_version: '2.1.232',
    input_tokens: 3,
    output_tokens: 100,
    cache_read_tokens: 2000,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 300,
    tool_calls: 0,
    web_searches: 0,
    ...given,
  }
}

/** A well-formed event id that is different for each number. */
export function eventIdOf(number: number): string {
  return `event${String(number).padStart(17, '0')}`
}

/** Sightings of few events, with small differences in every field: ties and conflicts are the rule. */
export const anySighting: fc.Arbitrary<UsageEvent> = fc
  .record({
    id: fc.constantFrom(...[1, 2, 3, 4].map(eventIdOf)),
    occurred_at: fc.constantFrom(0, 1_000, 86_400_000, 1_795_000_000_000),
    machine: fc.constantFrom('machine-a', 'machine-b', 'machine-c'),
    session: fc.constantFrom('session-1', 'session-2'),
    project: fc.constantFrom('', 'claudeforge'),
    source: fc.constantFrom('claude-code', 'claude-cowork'),
    model: fc.constantFrom('claude-opus-5', 'glm-4.7', '__proto__'),
    variant: fc.constantFrom('', 'fast'),
    seen_as: fc.constantFrom('main', 'sidechain', 'progress'),
    client_version: fc.constantFrom('', '2.1.29'),
    input_tokens: fc.nat(3),
    output_tokens: fc.nat(3),
    cache_read_tokens: fc.nat(2),
    cache_write_5m_tokens: fc.nat(2),
    cache_write_1h_tokens: fc.nat(2),
    tool_calls: fc.nat(2),
    web_searches: fc.nat(1),
  })
  .map((fields) => anEvent(fields as Partial<UsageEvent>))

/** An event as text, to compare events whatever the order of their fields. */
export function eventText(event: UsageEvent): string {
  return JSON.stringify(EVENT_FIELDS.map((field) => event[field]))
}
