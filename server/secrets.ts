import { hash } from 'node:crypto'

/** SHA-256, hex. A fast hash is right for secrets of 256 random bits; slow ones are for passwords. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}

export type RandomBytes = (count: number) => Uint8Array

/** 256 random bits, as 43 characters of base64url. */
export function newSecret(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(32)).toString('base64url')
}

const ID_DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

/** A public id: 10 random characters of a-z and 0-9. */
export function newPublicId(randomBytes: RandomBytes): string {
  const number = Buffer.from(randomBytes(8)).readBigUInt64BE()
  let rest = number
  let text = ''
  for (let i = 0; i < 10; i++) {
    text = ID_DIGITS.charAt(Number(rest % 36n)) + text
    rest /= 36n
  }
  return text
}
