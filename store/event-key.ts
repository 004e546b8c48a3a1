/**
 * A whole number of 48 bits made from an event's id, by which events are found: shorter than the id, and spread evenly
 * whatever ids look like. Two ids may share one, so whoever finds an event by its key compares ids. Ledgers keep these
 * numbers: another function needs a migration.
 */
export function eventKey(id: string): number {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    low = Math.imul(low ^ code, 2_654_435_761)
    high = Math.imul(high ^ code, 1_597_334_677)
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  return (high & 0xffff) * 0x1_0000_0000 + (low >>> 0)
}
