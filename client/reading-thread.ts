import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type FileToRead, readTranscripts, type ReadingTask } from './read-transcripts.ts'
import { SharedList } from './shared-list.ts'

/** What a second thread needs to read along. The files come as messages, list after list. */
export interface ThreadData {
  readonly task: ReadingTask
  readonly list: SharedArrayBuffer
}

/** The entry of a second thread: reads files as long as there are any, and hands batch after batch back. */
const { task, list: memory } = workerData as ThreadData
const port = parentPort as MessagePort
const list = new SharedList(memory)
const files: FileToRead[] = []

function next(): number {
  const place = list.next()
  while (files.length <= place) {
    const received = receiveMessageOnPort(port) as { message: readonly FileToRead[] } | undefined
    if (received === undefined) break
    files.push(...received.message)
  }
  return place
}

for (const batch of readTranscripts(task, files, next)) {
  port.postMessage(
    batch,
    batch.packed.map(({ numbers }) => numbers.buffer),
  )
  list.handOn()
}
port.postMessage('end')
