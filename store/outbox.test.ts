import { describe, expect, onTestFinished, test } from 'vitest'
import type { FigureSet } from '../core/day-figure.ts'
import { anEvent, eventIdOf } from '../test/support/events.ts'
import { recordFigures } from './day-figures.ts'
import { record } from './ledger.ts'
import { openMachineLedger } from './open.ts'
import { waitingAfter } from './outbox.ts'
import { ONLY_OWNER } from './schema.ts'

const figureSet = (days: number): FigureSet => ({
  snapshot: { machine: 'm', origin: 'stats-cache', version: 1, basis: 'in+out', last_day: '', first_day: '' },
  figures: [],
  activity: Array.from({ length: days }, (_, i) => ({
    machine: 'm',
    origin: 'stats-cache',
    date: new Date(i * 86_400_000).toISOString().slice(0, 10),
    message_count: 1,
    session_count: 1,
    tool_call_count: 0,
  })),
  models: [],
})

describe('what waits to be sent', () => {
  // A page that is exactly full is where the rows behind it were once skipped.
  test.each([
    [0, 0, 10],
    [9, 0, 10],
    [10, 0, 10],
    [11, 0, 10],
    [20, 0, 10],
    [21, 5, 10],
    [3, 25, 10],
    [10, 10, 10],
    [7, 3, 10],
  ])('comes whole, in order and once: %d events and %d figures in pages of %d', async (events, figures, limit) => {
    const ledger = await openMachineLedger(':memory:')
    onTestFinished(() => ledger.close())
    const { sent, figuresSent } = await ledger.db.transaction().execute(async (tx) => {
      await record(
        tx,
        ONLY_OWNER,
        Array.from({ length: events }, (_, i) => anEvent({ id: eventIdOf(i) })),
      )
      await recordFigures(tx, ONLY_OWNER, figureSet(figures), 0)
      const sent: string[] = []
      let figuresSent = 0
      let after = 0
      for (;;) {
        const waiting = await waitingAfter(tx, ONLY_OWNER, after, limit)
        if (waiting.up_to <= after) return { sent, figuresSent }
        expect(waiting.events.length + waiting.figures.activity.length).toBeLessThanOrEqual(limit)
        sent.push(...waiting.events.map(({ event }) => event.id))
        figuresSent += waiting.figures.activity.length
        after = waiting.up_to
      }
    })
    expect(sent).toEqual(Array.from({ length: events }, (_, i) => eventIdOf(i)))
    expect(figuresSent).toBe(figures)
  })
})
