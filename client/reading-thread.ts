import { parentPort, workerData } from 'node:worker_threads'
import { type FileToRead, readTranscripts, type ReadingTask } from './read-transcripts.ts'
import { SharedList } from './shared-list.ts'

/** What a second thread needs to read along. */
export interface ThreadData {
  readonly task: ReadingTask
  readonly files: readonly FileToRead[]
  readonly list: SharedArrayBuffer
}

/** The entry of a second thread: reads files as long as there are any, and hands batch after batch back. */
const { task, files, list: memory } = workerData as ThreadData
const list = new SharedList(memory)
for (const batch of readTranscripts(task, files, list.next)) {
  parentPort?.postMessage(
    batch,
    batch.packed.map(({ numbers }) => numbers.buffer),
  )
  list.handOn()
}
parentPort?.postMessage('end')
