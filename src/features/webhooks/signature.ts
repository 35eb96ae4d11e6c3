import { createHmac, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32
const SECRET_PREFIX = 'whsec_'
const ID_PREFIX = 'msg_'

/** A secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export function mintWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** `webhook-id`: the same over all attempts, so that receivers know what they have had. */
export const wireId = (messageId: string) => ID_PREFIX + messageId

/** The message's id in the database. */
export const idOfWire = (wire: string) => wire.slice(ID_PREFIX.length)

/**
 * The headers of a message (Standard Webhooks 1.0): `webhook-signature` has one `v1,<base64>` for each secret, the
 * HMAC-SHA-256 of `id.timestamp.body`.
 * @param secrets `whsec_…`, the newest first
 */
export function signedHeaders(
  { id, at, body }: { id: string; at: Date; body: string },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
