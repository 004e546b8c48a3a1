/** Accounts are hashes. So many characters of one tell those of a person apart, and are what screens show. */
const SHOWN = 7

export function shortAccountName(account: string): string {
  return account.slice(0, SHOWN)
}

/** Is an account called so: by its hash, or as screens show it? */
export function isAccountNamed(account: string, wanted: readonly string[]): boolean {
  return account !== '' && wanted.some((name) => name === account || name === shortAccountName(account))
}
