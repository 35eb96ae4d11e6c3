import { createHmac } from 'node:crypto'

/** Half of an HMAC under the secret itself: tells whether it is the same one, and nothing of it. Backups and servers keep it. */
export const printOf = (secret: string | Buffer): string =>
  createHmac('sha256', secret).update('psManager backup 1').digest('hex').slice(0, 32)
