import { parentPort, workerData } from 'node:worker_threads'
import { readTranscripts, type ReadingTask } from './read-transcripts.ts'

/** The entry of a second thread: reads its share of the transcripts, and hands batch after batch back. */
for (const batch of readTranscripts(workerData as ReadingTask)) parentPort?.postMessage(batch)
parentPort?.postMessage('end')
