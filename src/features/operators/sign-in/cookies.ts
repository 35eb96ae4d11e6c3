import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isSecure, type Way } from '../../../core/http-caller'

export interface CookieNames {
  session: string
  secondFactor: string
}

/**
 * Over https the browser is asked for more (RFC 6265bis § 4.1.3.2): `__Host-` cookies come from this very host, by
 * https, for all of its paths, and no neighbour's subdomain can plant one.
 */
export function cookieNames(isSecureWay: boolean): CookieNames {
  const prefix = isSecureWay ? '__Host-' : ''
  return { session: `${prefix}psm_session`, secondFactor: `${prefix}psm_second_factor` }
}

/** Reads the cookies that the sign-in library has signed, without asking it. */
export class SignedCookies {
  readonly #secret: string
  readonly #way: Way

  constructor(secret: string, way: Way) {
    this.#secret = secret
    this.#way = way
  }

  isSecure(req: IncomingMessage): boolean {
    return isSecure(req, this.#way)
  }

  /** As they were sent, for the library. */
  header(req: IncomingMessage, name: keyof CookieNames): string | undefined {
    const fullName = cookieNames(this.isSecure(req))[name]
    const pair = (req.headers.cookie ?? '')
      .split(';')
      .map((one) => one.trim())
      .find((one) => one.startsWith(`${fullName}=`))
    return pair?.slice(0, MAX_COOKIE_LENGTH)
  }

  /** What a cookie holds; undefined where there is none or its signature is not ours. */
  value(req: IncomingMessage, name: keyof CookieNames): string | undefined {
    const pair = this.header(req, name)
    if (pair === undefined) return undefined
    const signed = decoded(pair.slice(pair.indexOf('=') + 1))
    const at = signed?.lastIndexOf('.') ?? -1
    if (signed === undefined || at < 1) return undefined
    const value = signed.slice(0, at)
    const given = Buffer.from(signed.slice(at + 1), 'base64')
    const expected = createHmac('sha256', this.#secret).update(value).digest()
    return given.length === expected.length && timingSafeEqual(given, expected) ? value : undefined
  }
}

const MAX_COOKIE_LENGTH = 500

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
