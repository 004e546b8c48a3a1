/** Is this address one of a PostgreSQL database? */
export function isPostgresUrl(address: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(address)
}

/** A database's address as it may be shown: where it is, without password and parameters. */
export function shownDatabase(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url)
    const host = searchParams.get('host') ?? (hostname || 'localhost')
    return `postgres://${host}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'the PostgreSQL database'
  }
}
