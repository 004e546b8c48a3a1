import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { anAssistantRow, lines } from '../test/support/rows.ts'
import { readInParallel, type SizedFile } from './read-in-parallel.ts'
import { eventsIn } from './read-transcripts.ts'

const machine = 'm'
const task = { machine, home: '/home/dev', project_secret: 'secret', now: Date.parse('2026-11-25T12:00:00Z') }

function aFile(n: number): SizedFile {
  const path = writeFile(join(tempFolder(), 'p', `${n}.jsonl`), lines(anAssistantRow({ id: `msg_${n}`, output: n })))
  return { agent: 'claude-code', transcript: { path, source: 'claude-code' }, mark: undefined, bytes: 1000 }
}

/** What was read, of files that are found list after list. */
async function outputsOf(
  lists: readonly (readonly SizedFile[])[],
  { worth_a_thread, found = () => Promise.resolve() }: { worth_a_thread: number; found?: () => Promise<unknown> },
): Promise<number[]> {
  const outputs: number[] = []
  const finding = async function* () {
    for (const list of lists) {
      yield list
      await found()
    }
  }
  await readInParallel(task, finding(), {
    worth_a_thread,
    take: async (batches) => {
      for (const { output_tokens } of batches.flatMap((batch) => eventsIn(batch, { machine })))
        outputs.push(output_tokens)
    },
  })
  return outputs.toSorted((a, b) => a - b)
}

test('files that are found list after list are each read once, on one thread or two', async () => {
  const lists = [[aFile(1)], [], [aFile(2), aFile(3)], [aFile(4)]]
  expect(await outputsOf(lists, { worth_a_thread: Number.POSITIVE_INFINITY })).toEqual([1, 2, 3, 4])
  expect(await outputsOf(lists, { worth_a_thread: 0 })).toEqual([1, 2, 3, 4])
  expect(await outputsOf(lists, { worth_a_thread: 2500 })).toEqual([1, 2, 3, 4])
})

test('a thread that waits for files goes on when they come, and ends when none does', async () => {
  const found = () => pause(300)
  expect(await outputsOf([[aFile(1)], [aFile(2)], []], { worth_a_thread: 0, found })).toEqual([1, 2])
  expect(await outputsOf([[]], { worth_a_thread: 0, found })).toEqual([])
})

test('a search that fails is told, and no thread waits for more of it', async () => {
  const failing = async function* (): AsyncGenerator<SizedFile[]> {
    yield [aFile(1)]
    await pause(300)
    throw new Error('the disk is gone')
  }
  const take = async () => undefined
  await expect(readInParallel(task, failing(), { take, worth_a_thread: 0 })).rejects.toThrow('the disk is gone')
})
