import { BYTES, type PackedEvents } from '../../core/packed-events.ts'
import type { UsageEvent } from '../../core/usage-event.ts'

/** Events as the scanner would hand them on, laid out as sources/claude-code/scanner/sightings.as.ts says. */
export function packEvents(events: readonly UsageEvent[]): PackedEvents {
  const numbers = new Uint8Array(events.length * BYTES)
  const view = new DataView(numbers.buffer)
  const [names, sources] = [[''], [] as string[]]
  const numberOf = (list: string[], name: string) => {
    const known = list.indexOf(name)
    return known === -1 ? list.push(name) - 1 : known
  }
  for (const [i, event] of events.entries()) {
    const at = i * BYTES
    const counts = [
      event.occurred_at,
      event.input_tokens,
      event.output_tokens,
      event.cache_read_tokens,
      event.cache_write_5m_tokens,
      event.cache_write_1h_tokens,
    ]
    for (const [n, count] of counts.entries()) view.setFloat64(at + 16 + n * 8, count, true)
    const flags = (event.kind === 'prompt' ? 1 : 0) | (event.seen_as === 'sidechain' ? 2 : 0)
    const words = [
      event.tool_calls,
      event.web_searches,
      numberOf(names, event.session),
      numberOf(names, event.project),
      numberOf(names, event.model),
      numberOf(names, event.variant),
      numberOf(names, event.client_version),
      flags | (numberOf(sources, event.source) << 8),
    ]
    for (const [n, word] of words.entries()) view.setUint32(at + 64 + n * 4, word, true)
  }
  // Of sightings that another one has replaced, a scanner may know names that no event has.
  return {
    count: events.length,
    numbers,
    ids: events.map(({ id }) => id).join(''),
    names: [...names, 'unused'],
    sources,
  }
}
