import { Worker } from 'node:worker_threads'
import { type FileToRead, readTranscripts, type ReadBatch, type ReadingTask } from './read-transcripts.ts'

/** A transcript with how many of its bytes are new. */
export type SizedFile = FileToRead & { readonly bytes: number }

/** With less to read, starting a second thread costs more than it saves. */
export const WORTH_A_THREAD = 60_000_000

/** This thread also writes the ledger, so it reads the smaller part. */
const OWN_SHARE = 0.25

/** Reads transcripts, on a second thread too where there is much to read; gives each batch to `take`, one at a time. */
export async function readInParallel(
  task: Omit<ReadingTask, 'files'>,
  files: readonly SizedFile[],
  { take, worth_a_thread = WORTH_A_THREAD }: { take: (batch: ReadBatch) => Promise<void>; worth_a_thread?: number },
): Promise<void> {
  const readHere = async (share: readonly FileToRead[]) => {
    for (const batch of readTranscripts({ ...task, files: share })) {
      await take(batch)
      // The other thread's batches arrive as events.
      await new Promise(setImmediate)
    }
  }
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total < worth_a_thread) return readHere(files)
  const { here, there } = split(files)
  await Promise.all([
    readHere(here),
    // Where no second thread can be had, or it dies, its share is read here: reading twice changes nothing.
    readThere({ ...task, files: there }, take).catch(() => readHere(there)),
  ])
}

function split(files: readonly SizedFile[]): { here: SizedFile[]; there: SizedFile[] } {
  const here: SizedFile[] = []
  const there: SizedFile[] = []
  let [own, others] = [0, 0]
  for (const file of files) {
    const isOurs = own * (1 - OWN_SHARE) <= others * OWN_SHARE
    if (isOurs) own += file.bytes
    else others += file.bytes
    ;(isOurs ? here : there).push(file)
  }
  return { here, there }
}

function readThere(task: ReadingTask, take: (batch: ReadBatch) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadUrl(), { workerData: task })
    let taken = Promise.resolve()
    worker.on('message', (message: ReadBatch | 'end') => {
      taken = message === 'end' ? taken.then(resolve) : taken.then(() => take(message))
      taken.catch(reject)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code !== 0) reject(new Error(`the reading thread ended with ${code}`))
    })
  })
}

/** The thread's program: beside this file as source, beside the executable in the bundle. */
function threadUrl(): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? './reading-thread.ts' : '../reading-thread.js', import.meta.url)
}
