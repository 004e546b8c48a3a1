/**
 * Codes that people read from one screen and type at another: 8 of 20 consonants (34.6 bits), in two groups. No vowels,
 * so that they spell nothing, and no letters that are taken for digits.
 */
export const CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
export const CODE_LENGTH = 8

/** The code that someone typed, in whatever case and with whatever between; undefined for what cannot be one. */
export function codeIn(text: string): string | undefined {
  const letters = text.toUpperCase().replaceAll(/[\s\u2010-\u2015.-]/g, '')
  return new RegExp(`^[${CODE_LETTERS}]{${CODE_LENGTH}}$`).test(letters) ? letters : undefined
}

/** As it is shown: `WDJB-MJHT`. */
export function shownCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}
