import { cleanName } from '../../../core/text.ts'
import { clientVersion, priceVariant } from '../parse-row.ts'
import type { Scan } from './scan-module.ts'

const ENTRY_WORDS = 3

// The kinds of names, as names.as.ts has them.
const SESSION = 0
const FOLDER = 1
const VERSION = 2
const MODEL = 3
const VARIANT = 4

/** The names behind the numbers of what was found, each read as its kind is read from a parsed row. */
export function scannedNames(scan: Scan, projectOf: (cwd: string) => string): string[] {
  const { buffer } = scan.memory
  const count = scan.nameCount()
  const entries = new Int32Array(buffer, scan.nameEntries(), count * ENTRY_WORDS)
  const bytes = Buffer.from(buffer, scan.nameBytes(), scan.bytesOfNames())
  const names = ['']
  for (let number = 1; number < count; number++) {
    const [kind, at, length] = entries.subarray(number * ENTRY_WORDS) as unknown as [number, number, number]
    names.push(read(kind, bytes.toString('utf8', at, at + length), projectOf))
  }
  return names
}

function read(kind: number, text: string, projectOf: (cwd: string) => string): string {
  switch (kind) {
    case SESSION:
    case MODEL:
      return cleanName(unescaped(text))
    case FOLDER:
      return projectOf(unescaped(text))
    case VERSION:
      return clientVersion(unescaped(text))
    case VARIANT: {
      const [speed = '', geo = '', tier = ''] = text.split('\n').map(unescaped)
      return priceVariant({ speed, inference_geo: geo, service_tier: tier })
    }
    default:
      throw new Error(`no kind of name ${kind}`)
  }
}

/** A text as it stands in JSON, between its quotes; the scanner has checked it. */
function unescaped(text: string): string {
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
}
