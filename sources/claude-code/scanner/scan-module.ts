import { SCANNER } from './scan.wasm.ts'

/** What scan.as.ts exports. Offsets are places in its memory, which never grows. */
export interface Scan {
  readonly memory: { readonly buffer: ArrayBuffer }
  chunkSize(): number
  bufferOffset(): number
  scan(from: number, to: number): number
  stoppedBecause(): number
  oddLineEnds(): number
  setFuture(starts: number): void
  setSource(number: number): void
  sightingCount(): number
  sightingsOffset(): number
  nameCount(): number
  nameEntries(): number
  nameBytes(): number
  bytesOfNames(): number
  lineCount(): number
  sightingsSeen(): number
  sightingsFromFuture(): number
  forget(): void
  packedOffset(): number
  packResponses(): number
  unpackResponses(length: number): boolean
  packedSize(): number
  forgetCallsOfRow(): void
  addHostsCall(a: number, b: number): void
  countHostsCalls(): number
  idTexts(): number
}

// The language's types leave it to the DOM's, and Node's do not have it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

let compiled: object | undefined

/** A scanner of its own, or undefined where this machine runs no WebAssembly, or none with SIMD. */
export function newScan(): Scan | undefined {
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(SCANNER, 'base64'))
    return new WebAssembly.Instance(compiled).exports as Scan
  } catch {
    return undefined
  }
}
