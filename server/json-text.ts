const texts = new WeakMap<object, string>()

/** An answer as JSON. Rows that are frozen are the same in the next answer, and are written once. */
export function jsonText(answer: object): string {
  const fields = Object.entries(answer).flatMap(([name, value]: [string, unknown]) => {
    const text = isListOfFrozen(value) ? `[${value.map(rowText).join(',')}]` : JSON.stringify(value)
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`]
  })
  return `{${fields.join(',')}}`
}

function isListOfFrozen(value: unknown): value is readonly object[] {
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return typeof first === 'object' && first !== null && Object.isFrozen(first)
}

function rowText(row: object): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const text = JSON.stringify(row)
  if (Object.isFrozen(row)) texts.set(row, text)
  return text
}
