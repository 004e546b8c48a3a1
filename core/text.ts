/** The longest name that is kept, in code points. */
export const MAX_NAME = 200

// C0 and C1 controls, line separators, bidi controls and zero-width characters: they move a terminal's cursor, turn a
// line around or hide in a name. A name is for showing, so they have no place in it.
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/**
 * A name from outside (model, project, session, host) as we keep it: well-formed Unicode without control, bidi and
 * zero-width characters, at most {@link MAX_NAME} code points.
 */
export function cleanName(name: string): string {
  // Nearly every name is short ASCII: the slow path is for the others.
  if (name.length <= MAX_NAME && /^[\x20-\x7e]*$/.test(name)) return name
  const wellFormed = name.replace(/[\ud800-\udfff]/gu, '\ufffd').replace(UNPRINTABLE, '')
  const points = Array.from(wellFormed)
  return points.length <= MAX_NAME ? wellFormed : points.slice(0, MAX_NAME).join('')
}

/** Is this name already as {@link cleanName} would leave it? */
export function isCleanName(name: string): boolean {
  return cleanName(name) === name
}
