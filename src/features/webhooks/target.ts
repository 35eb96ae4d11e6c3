import { isPublicAddress, literalAddress } from './address'
import { webhookUrlInvalid, webhookUrlNotHttps, webhookUrlPrivate } from './errors'

const LOCAL_NAME = /(^|\.)localhost\.?$/

/**
 * The address of an endpoint as it is kept, or the refusal that says what is wrong with it. Only what can be seen: what a
 * name resolves to is checked with each connection.
 * @throws webhook_url_invalid, webhook_url_not_https, webhook_url_private
 */
export function targetOf(text: string, allowPrivate: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== ''
  )
    throw webhookUrlInvalid()
  if (allowPrivate) return url.href
  if (url.protocol !== 'https:') throw webhookUrlNotHttps()
  const literal = literalAddress(url)
  if (literal === undefined ? LOCAL_NAME.test(url.hostname) : !isPublicAddress(literal))
    throw webhookUrlPrivate()
  return url.href
}
