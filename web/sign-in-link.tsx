import { addressOf, DEFAULT_VIEW } from './address.ts'

/** Leads to signing in, and back to the same view. */
export function SignInLink() {
  const back = location.pathname.slice(location.pathname.lastIndexOf('/') + 1) + location.search
  const target = `${addressOf('sign-in', DEFAULT_VIEW)}?back=${encodeURIComponent(back)}`
  return (
    <a class="button primary" href={target} data-in-page>
      Sign in
    </a>
  )
}
