/** Other requests have their turn, between two statements of a question that takes many. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
