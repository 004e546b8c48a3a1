import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anySighting } from '../test/support/events.ts'
import { record } from './ledger.ts'
import { changeMachine, changesOf, type MachineChange, undoChange } from './machine-changes.ts'
import { factsOfMachines } from './machine-days.ts'
import { findMachines } from './machines.ts'
import { meetMachine } from './meet-machine.ts'
import { namesOf } from './names.ts'
import type { Ledger, Tx } from './open.ts'
import { wrongCells } from './rollup.ts'
import { hiddenMachines } from './shown-machines.ts'
import { ONLY_OWNER } from './schema.ts'
import { openTestLedger, runs } from './testing.ts'

// Whatever is said of machines, and whatever they send meanwhile, what is shown follows from both alone.

const MACHINES = ['machine-a', 'machine-b', 'machine-c'] as const

type Step =
  | { readonly does: 'record'; readonly sightings: Parameters<typeof record>[2] }
  | { readonly does: 'merge'; readonly machine: string; readonly into: string }
  | { readonly does: 'delete'; readonly machine: string }
  | { readonly does: 'undo'; readonly which: number }

const anyMachine = fc.constantFrom(...MACHINES)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(anySighting, { minLength: 1, maxLength: 5 })
      .map((sightings) => ({ does: 'record', sightings }) as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('merge' as const), machine: anyMachine, into: anyMachine }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('delete' as const), machine: anyMachine }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('undo' as const), which: fc.nat(3) }) },
)

async function aLedger(): Promise<Ledger> {
  const ledger = await openTestLedger()
  await ledger.db.transaction().execute(async (tx) => {
    for (const id of MACHINES) await meetMachine(tx, ONLY_OWNER, { id, hostname: id, protocol: 2 }, 0)
  })
  return ledger
}

let time = 1

async function take(tx: Tx, step: Step): Promise<void> {
  if (step.does === 'record') return void (await record(tx, ONLY_OWNER, step.sightings))
  if (step.does === 'undo') return undo(tx, step.which)
  const machine = await kept(tx, step.machine)
  const into = step.does === 'merge' ? await kept(tx, step.into) : undefined
  if (machine === undefined || (step.does === 'merge' && (into === undefined || into === machine))) return
  const change: MachineChange = into === undefined ? { action: 'delete' } : { action: 'merge', becomes: into }
  await changeMachine(tx, ONLY_OWNER, { machine, change, actor: 'test', at: ++time })
}

/** The machine that a machine is, where it is not deleted. */
async function kept(tx: Tx, named: string): Promise<string | undefined> {
  const [machine] = await findMachines(tx, ONLY_OWNER, named)
  return machine?.deleted === false ? machine.id : undefined
}

/** Takes back one of the changes that stand, in whatever order. */
async function undo(tx: Tx, which: number): Promise<void> {
  const standing = (await changesOf(tx, ONLY_OWNER)).filter(({ undone_at }) => undone_at === 0)
  const change = standing[which % Math.max(standing.length, 1)]
  if (change !== undefined) await undoChange(tx, ONLY_OWNER, change.id, ++time)
}

/** How many events each machine that is shown has. */
async function shown({ db }: Ledger): Promise<Map<string, number>> {
  const hidden = new Set(await hiddenMachines(db, ONLY_OWNER))
  const facts = [...(await factsOfMachines(db, ONLY_OWNER))].filter(([id]) => !hidden.has(id))
  const names = await namesOf(
    db,
    facts.map(([id]) => id),
  )
  return new Map(facts.map(([id, { event_count }]) => [names.get(id) ?? '', event_count]))
}

test('an event is shown exactly where a machine that is not deleted has shown it, and once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 12 }), async (steps) => {
      const ledger = await aLedger()
      const showers = new Map<string, Set<string>>()
      for (const step of steps) {
        await ledger.db.transaction().execute((tx) => take(tx, step))
        for (const { id, machine } of step.does === 'record' ? step.sightings : []) {
          showers.set(id, (showers.get(id) ?? new Set()).add(machine))
        }
        const there = new Map<string, string | undefined>()
        await ledger.db.transaction().execute(async (tx) => {
          for (const machine of MACHINES) there.set(machine, await kept(tx, machine))
        })
        const events = [...showers.values()].filter((by) => [...by].some((machine) => there.get(machine) !== undefined))
        const counts = await shown(ledger)
        expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(events.length)
        // Of those that are shown, each is one that is no other.
        expect([...counts.keys()].filter((machine) => there.get(machine) !== machine)).toEqual([])
        expect(await wrongCells(ledger.db, ONLY_OWNER)).toMatchObject({ wrong: 0 })
      }
      await ledger.close()
    }),
    { numRuns: runs(60) },
  )
})

test('with all changes taken back, in whatever order, everything is as if none had been made', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 12 }), fc.array(fc.nat(3)), async (steps, order) => {
      const [changed, untouched] = [await aLedger(), await aLedger()]
      for (const step of steps) {
        await changed.db.transaction().execute((tx) => take(tx, step))
        if (step.does === 'record') await untouched.db.transaction().execute((tx) => take(tx, step))
      }
      const picks = [...order, ...Array.from({ length: steps.length }, () => 0)]
      for (const which of picks) await changed.db.transaction().execute((tx) => undo(tx, which))
      expect(await changed.db.selectFrom('shown_as').selectAll().execute()).toEqual([])
      expect(await rows(changed)).toEqual(await rows(untouched))
      expect(await shown(changed)).toEqual(await shown(untouched))
      for (const ledger of [changed, untouched]) await ledger.close()
    }),
    { numRuns: runs(60) },
  )
})

/** Events, cells and machines, with names instead of their ids, which depend on what was named first. */
async function rows({ db }: Ledger): Promise<unknown> {
  const cells = await db.selectFrom('usage_quarter').selectAll().execute()
  const events = await db.selectFrom('event').selectAll().execute()
  const named = [...cells, ...events]
  const names = await namesOf(
    db,
    named.flatMap(({ machine, session, model, project }) => [machine, session, model, project]),
  )
  const texts = named.map(({ machine, session, model, project, ...row }) =>
    JSON.stringify([...[machine, session, model, project].map((id) => names.get(id)), row.output_tokens]),
  )
  return { texts: texts.toSorted(), machines: await db.selectFrom('machine').selectAll().orderBy('id').execute() }
}
