import type { Scope } from '../../core/scope.ts'
import type { OwnerId } from '../../store/schema.ts'
import type { Share } from '../../store/shares.ts'
import type { SignIn } from '../../store/sign-ins.ts'

/** Who calls: a key, or a browser that is signed in. All that an endpoint may know of it. */
export interface Caller {
  /** The public id of the key or of the sign-in. */
  readonly id: string
  /** Whose data it may see. */
  readonly owner: OwnerId
  readonly scopes: readonly Scope[]
  /** The machine that the key was made for; undefined for keys of people and programs, and for browsers. */
  readonly machine?: string | undefined
  /** Of a key: whom it goes back to, and where machines come that it brings. */
  readonly brings?: { readonly family: string; readonly group: string; readonly is_ephemeral: boolean }
  /** Of a browser. */
  readonly signIn?: SignIn
  /** The read-only link, of whoever follows one: it says what may be seen. */
  readonly share?: Share
}
