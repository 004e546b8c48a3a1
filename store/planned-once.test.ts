import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { meetMachine } from './meet-machine.ts'
import { openServerLedger } from './open.ts'
import { planName } from './planned-once.ts'
import { ONLY_OWNER } from './schema.ts'
import { testDatabase, testEngine } from './testing.ts'
import { transact } from './transact.ts'

test('what finds rows by their keys is planned once, and so is what puts rows in', () => {
  const byKey = 'select "label" from "machine" where "owner" = $1 and "id" = $2'
  expect(planName(byKey)).toMatch(/^forge_\d+$/)
  expect(planName(byKey)).toBe(planName(byKey))
  expect(planName('insert into "name" ("value") select * from unnest($1::text[]) on conflict do nothing')).toBeDefined()
  expect(planName('update "machine" set "label" = $1 where "id" = $2')).toBeDefined()
})

test('what goes over a range, may have other columns tomorrow, or is long, is planned with its values', () => {
  for (const text of [
    'select "id" from "event" where "owner" = $1 and "seq" > $2',
    'select * from "machine" where "owner" = $1',
    'select sum("output_tokens") from "usage_quarter" where "owner" = $1',
    'delete from "event" where "owner" = $1',
    'begin',
    `insert into "name" ("value") values ${Array.from({ length: 999 }, (_, i) => `($${i + 1})`).join()}`,
  ]) {
    expect.soft(planName(text), text).toBeUndefined()
  }
})

if (testEngine === 'postgres') {
  test('a column that another server has changed meanwhile stops nothing', async () => {
    const url = (await testDatabase()) as string
    const [ledger, other] = [await openServerLedger(url), await openServerLedger(url)]
    const meet = () =>
      transact(ledger.db, ONLY_OWNER, (tx) =>
        meetMachine(tx, ONLY_OWNER, { id: 'm1', hostname: 'studio', protocol: 2 }, 1_000),
      )
    expect(await meet()).toEqual({ registered: true, cloned: false })
    await meet()
    await sql`alter table machine alter column hostname type varchar`.execute(other.db)
    expect(await meet()).toEqual({ registered: false, cloned: false })
    const named = () => ledger.db.selectFrom('machine').select('hostname').where('owner', '=', ONLY_OWNER).execute()
    await named()
    await sql`alter table machine alter column hostname type text`.execute(other.db)
    expect(await named()).toEqual([{ hostname: 'studio' }])
    await Promise.all([ledger.close(), other.close()])
  })
}
