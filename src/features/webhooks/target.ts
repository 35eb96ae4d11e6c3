import { isPublicAddress, literalAddress } from './address'
import { webhookUrlHidden, webhookUrlInvalid, webhookUrlNotHttps, webhookUrlPrivate } from './errors'

const LOCAL_NAME = /(^|\.)localhost\.?$/

/**
 * The address of an endpoint as it is kept, or the refusal that says what is wrong with it. Only what can be seen: what a
 * name resolves to is checked with each connection.
 * @throws webhook_url_invalid, webhook_url_hidden, webhook_url_not_https, webhook_url_private
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
  if (partsOf(url).some((part) => secretOf(part) === HIDDEN)) throw webhookUrlHidden()
  if (allowPrivate) return url.href
  if (url.protocol !== 'https:') throw webhookUrlNotHttps()
  const literal = literalAddress(url)
  if (literal === undefined ? LOCAL_NAME.test(url.hostname) : !isPublicAddress(literal))
    throw webhookUrlPrivate()
  return url.href
}

/** What stands for a secret in an address. */
const HIDDEN = '***'

/**
 * An address as people and the audit log get it: receivers put their secrets into the query, so its values are hidden, and
 * its names are not. User names and passwords are never in it, and a path is shown.
 */
export function shownUrl(href: string): string {
  const url = new URL(href)
  const hidden = partsOf(url).map((part) => part.slice(0, part.length - secretOf(part).length) + HIDDEN)
  url.search = hidden.join('&')
  return url.href
}

const partsOf = ({ search }: URL) =>
  search
    .slice(1)
    .split('&')
    .filter((part) => part !== '')

/** Of `name=value`; a part without a name may be a secret whole. */
const secretOf = (part: string) => part.slice(part.indexOf('=') + 1)
