const rows = new WeakMap<object, Uint8Array>()

/** An answer as the bytes of its JSON. Rows that are frozen are the same in the next answer, and are written once. */
export function jsonBytes(answer: object): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let text = '{'
  for (const [name, value] of Object.entries(answer) as [string, unknown][]) {
    const start = `${text === '{' && pieces.length === 0 ? '' : ','}${JSON.stringify(name)}:`
    if (isListOfFrozen(value)) {
      pieces.push(Buffer.from(`${text}${start}[`))
      for (const [i, row] of value.entries()) pieces.push(i === 0 ? rowBytes(row).subarray(1) : rowBytes(row))
      text = ']'
    } else if (value !== undefined) text += start + JSON.stringify(value)
  }
  return joined([...pieces, Buffer.from(`${text}}`)])
}

function isListOfFrozen(value: unknown): value is readonly object[] {
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return typeof first === 'object' && first !== null && Object.isFrozen(first)
}

/** A row behind a comma. */
function rowBytes(row: object): Uint8Array {
  const known = rows.get(row)
  if (known !== undefined) return known
  // Of a buffer that many share: each of its own would take as much again.
  const bytes = Buffer.from(`,${JSON.stringify(row)}`)
  if (Object.isFrozen(row)) rows.set(row, bytes)
  return bytes
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const piece of pieces) length += piece.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
