import { failure } from './errors'

const badDigest = failure(
  'invalid_input',
  'bad_content_digest',
  'Content-Digest must be sha-256=:<base64 of 32 bytes>: (RFC 9530).',
)

/**
 * SHA-256 of a Content-Digest (RFC 9530 § 2) in hexadecimal; other algorithms beside it are passed over. Undefined where
 * there is no such header. `bad_content_digest`.
 */
export function contentDigestOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const [, base64] = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(header)) ?? []
  if (base64 === undefined) throw badDigest()
  return Buffer.from(base64, 'base64').toString('hex')
}
