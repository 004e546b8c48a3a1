import { hash } from 'node:crypto'

/** Of what an answer says, or of all that it depends on; weak, since it may be compressed on its way. */
export function entityTag(of: string): string {
  return `W/"${hash('sha256', of, 'base64url').slice(0, 22)}"`
}

/** RFC 9110, 13.1.2: compared weakly, and `*` is any answer at all. */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  const wanted = etag.replace(/^W\//, '')
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === wanted)
}
