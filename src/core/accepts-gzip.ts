import type { IncomingMessage } from 'node:http'

const GZIP = /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)/i

/** Whether an answer may be gzipped, RFC 9110 § 12.5.3. */
export const acceptsGzip = (req: IncomingMessage): boolean =>
  GZIP.test(String(req.headers['accept-encoding'] ?? ''))
