import { Worker } from 'node:worker_threads'
import { type FileToRead, readTranscripts, type ReadBatch, type ReadingTask } from './read-transcripts.ts'
import type { ThreadData } from './reading-thread.ts'
import { SharedList } from './shared-list.ts'

/** A transcript with how many of its bytes are new. */
export type SizedFile = FileToRead & { readonly bytes: number }

/** With less to read, starting a second thread costs more than it saves. */
export const WORTH_A_THREAD = 100_000_000

/**
 * Reads transcripts, on a second thread too where there is much to read; gives each batch to `take`, one at a time.
 * Both take files from one list, so that the one that also writes the ledger reads as much as it has time for.
 */
export async function readInParallel(
  task: ReadingTask,
  files: readonly SizedFile[],
  { take, worth_a_thread = WORTH_A_THREAD }: { take: (batch: ReadBatch) => Promise<void>; worth_a_thread?: number },
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total < worth_a_thread) {
    for (const batch of readTranscripts(task, files)) await take(batch)
    return
  }
  const list = new SharedList()
  const read = new Set<number>()
  const takeAndNote = async (batch: ReadBatch) => {
    await take(batch)
    for (const place of batch.done) read.add(place)
  }
  const other = new OtherThread({ task, files, list: list.memory })
  // As long as there is something to record, the other one reads alone: it would only have to wait.
  const takeTheirs = async () => {
    for (let arrived = await other.arrived(); arrived.length > 0; arrived = await other.arrived()) {
      for (const theirs of arrived) {
        await takeAndNote(theirs)
        list.taken()
      }
    }
  }
  try {
    for (const batch of readTranscripts(task, files, list.next)) {
      await takeAndNote(batch)
      await takeTheirs()
    }
    for (let theirs = await other.next(); theirs !== undefined; theirs = await other.next()) {
      await takeAndNote(theirs)
      list.taken()
    }
  } finally {
    other.end()
  }
  // Where no second thread can be had, or it dies, what it took is read here: reading twice changes nothing.
  const left = files.filter((_, place) => !read.has(place))
  for (const batch of readTranscripts(task, left)) await take(batch)
}

/** A thread that reads along. What it hands on is kept here until it is asked for. */
class OtherThread {
  readonly #worker: Worker
  readonly #batches: ReadBatch[] = []
  #isEnded = false
  /** Called when something has arrived. */
  #wake: () => void = () => undefined

  constructor(data: ThreadData) {
    this.#worker = new Worker(threadUrl(), { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 4 } })
    this.#worker.on('message', (message: ReadBatch | 'end') => {
      if (message === 'end') this.#isEnded = true
      else this.#batches.push(message)
      this.#wake()
    })
    for (const ending of ['error', 'exit']) {
      this.#worker.on(ending, () => {
        this.#isEnded = true
        this.#wake()
      })
    }
  }

  /** What has arrived up to now. */
  async arrived(): Promise<readonly ReadBatch[]> {
    await new Promise(setImmediate)
    return this.#batches.splice(0)
  }

  /** The next batch, or undefined where no more will come. */
  async next(): Promise<ReadBatch | undefined> {
    while (this.#batches.length === 0 && !this.#isEnded) await new Promise<void>((wake) => (this.#wake = wake))
    return this.#batches.shift()
  }

  end(): void {
    void this.#worker.terminate()
  }
}

/** The thread's program: beside this file as source, beside the executable in the bundle. */
function threadUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './reading-thread.ts' : '../reading-thread.js', import.meta.url)
}
