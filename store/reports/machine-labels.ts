import type { ReportContext } from './index.ts'

/**
 * What each machine is called in reports: its hostname, with the end of its id where several share one, so that two
 * machines called `dev` stay two.
 */
export async function machineLabels({ db, owner }: ReportContext): Promise<(machine: string) => string> {
  const rows = await db.selectFrom('machine').select(['id', 'hostname']).where('owner', '=', owner).execute()
  const byHostname = Map.groupBy(rows, (row) => row.hostname)
  const labels = new Map<string, string>()
  for (const [hostname, machines] of byHostname) {
    for (const { id } of machines) labels.set(id, machines.length === 1 ? hostname : `${hostname}~${id.slice(-4)}`)
  }
  return (machine) => labels.get(machine) ?? machine
}
