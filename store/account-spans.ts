import type { Tx } from './open.ts'

/** From when to when, both included, the same account was seen to be signed in. */
export interface AccountSpan {
  readonly account: string
  readonly starts: number
  readonly ends: number
}

/**
 * Notes who is signed in at a place now, and returns when who was. Transcripts do not say whose plan a response ran on.
 * But between two looks that saw the same account it was that one; between looks that saw two, and before the first,
 * it is not known.
 */
export async function noteAccount(
  tx: Tx,
  { place, account }: { readonly place: string; readonly account: string },
  now: number,
): Promise<AccountSpan[]> {
  const known = await tx
    .selectFrom('account_span')
    .select(['account', 'starts', 'ends'])
    .where('place', '=', place)
    .orderBy('starts')
    .execute()
  const last = known.at(-1)
  if (last !== undefined && last.ends >= now) return known
  if (last?.account === account) {
    await tx
      .updateTable('account_span')
      .set({ ends: now })
      .where('place', '=', place)
      .where('starts', '=', last.starts)
      .execute()
    return [...known.slice(0, -1), { ...last, ends: now }]
  }
  const span = { account, starts: now, ends: now }
  await tx
    .insertInto('account_span')
    .values({ place, ...span })
    .execute()
  return [...known, span]
}

/** Whose it was at an instant; empty where that is not known. What is written after the last look is still of that one. */
export function accountAt(spans: readonly AccountSpan[], instant: number): string {
  const span = spans.findLast(({ starts }) => starts <= instant)
  if (span === undefined) return ''
  return instant <= span.ends || span === spans.at(-1) ? span.account : ''
}
