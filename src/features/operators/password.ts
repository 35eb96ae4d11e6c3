import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** scrypt, RFC 7914, at the cost the sign-in library uses, so that it can check what we store: about 100 ms. */
const COST = { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 } as const
const KEY_BYTES = 64
const SALT_BYTES = 16

/** `salt:key`, both hexadecimal; the salt goes into scrypt as its hexadecimal text. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES).toString('hex')
  return `${salt}:${(await derive(password, salt)).toString('hex')}`
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [salt, key] = stored.split(':')
  if (salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'hex')
  const derived = await derive(password, salt)
  return expected.length === derived.length && timingSafeEqual(expected, derived)
}

function derive(password: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
