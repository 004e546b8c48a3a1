/** What a caller of a server may do: send usage, read reports, change what is kept and who may come in. */
export type Scope = 'ingest' | 'read' | 'admin'

/** What each kind of key may do. A machine's key is for one machine: it sends, and sees what all have sent. */
export const KEY_SCOPES = {
  ingest: ['ingest'],
  read: ['read'],
  machine: ['ingest', 'read'],
  admin: ['ingest', 'read', 'admin'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export type KeyKind = keyof typeof KEY_SCOPES

export const KEY_KINDS = Object.keys(KEY_SCOPES) as KeyKind[]

export function isKeyKind(text: string): text is KeyKind {
  return Object.hasOwn(KEY_SCOPES, text)
}
