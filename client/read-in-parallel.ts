import { Worker } from 'node:worker_threads'
import { type FileToRead, readTranscripts, type ReadBatch, type ReadingTask } from './read-transcripts.ts'
import type { ThreadData } from './reading-thread.ts'
import { SharedList } from './shared-list.ts'

/** A transcript with how many of its bytes are new. */
export type SizedFile = FileToRead & { readonly bytes: number }

/** Takes what has been read: the batches that have arrived by now. */
type Take = (batches: readonly ReadBatch[]) => Promise<void>

/** With less to read, starting a second thread costs more than it saves. */
export const WORTH_A_THREAD = 100_000_000

/**
 * Reads transcripts, on a second thread too where there is much to read; gives their batches to `take`, one call at a time.
 * Both take files from one list, so that the one that also writes the ledger reads as much as it has time for. While the
 * files are still being found, list after list, the other one reads already.
 */
export async function readInParallel(
  task: ReadingTask,
  lists: AsyncIterable<readonly SizedFile[]>,
  { take, worth_a_thread = WORTH_A_THREAD }: { take: Take; worth_a_thread?: number },
): Promise<void> {
  const files: SizedFile[] = []
  const read = new Set<number>()
  let total = 0
  let other: OtherThread | undefined
  try {
    for await (const some of lists) {
      for (const file of some) {
        files.push(file)
        total += file.bytes
      }
      if (other !== undefined) other.add(some)
      else if (total >= worth_a_thread) (other = new OtherThread(task)).add(files)
    }
    if (other !== undefined) {
      await readBoth(task, files, other, async (batches) => {
        await take(batches)
        for (const { done } of batches) for (const place of done) read.add(place)
      })
    }
  } finally {
    other?.end()
  }
  // All of them where one thread is enough. Where no second one can be had, or it dies, what it took is read here:
  // reading twice changes nothing.
  const left = files.filter((_, place) => !read.has(place))
  for (const batch of readTranscripts(task, left)) await take([batch])
}

/** As long as there is something to take, the other one reads alone: it would only have to wait. */
async function readBoth(task: ReadingTask, files: readonly SizedFile[], other: OtherThread, take: Take): Promise<void> {
  const { list } = other
  list.end()
  const takeTheirs = async () => {
    for (let arrived = await other.arrived(); arrived.length > 0; arrived = await other.arrived()) {
      for (const _ of arrived) list.taken()
      await take(arrived)
    }
  }
  await takeTheirs()
  for (const batch of readTranscripts(task, files, list.next)) {
    await take([batch])
    await takeTheirs()
  }
  for (let theirs = await other.next(); theirs !== undefined; theirs = await other.next()) {
    await take([theirs])
    list.taken()
  }
}

/** A thread that reads along. What it hands on is kept here until it is asked for. */
class OtherThread {
  readonly list = new SharedList()
  readonly #worker: Worker
  readonly #batches: ReadBatch[] = []
  #isEnded = false
  /** Called when something has arrived. */
  #wake: () => void = () => undefined

  constructor(task: ReadingTask) {
    const data: ThreadData = { task, list: this.list.memory }
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

  /** Gives it files to read, behind those that it has. */
  add(files: readonly FileToRead[]): void {
    this.#worker.postMessage(files)
    this.list.grow(files.length)
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
