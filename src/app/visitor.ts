import type { IncomingMessage } from 'node:http'
import { getRequestEvent, isServer } from 'solid-js/web'
import { LOCALE_COOKIE, type Locale, localeOf } from '../i18n/locales'
import { type Visitor as KnownVisitor, visitorOf } from '../server/visitor'

/** An operator as pages know one: enough to greet and to show what is permitted; the server judges every call again. */
export type VisitingOperator = NonNullable<KnownVisitor['operator']>

export type Theme = 'light' | 'dark' | 'system'

export interface Visitor {
  operator: VisitingOperator | null
  locale: Locale
  theme: Theme
}

/** The data block of a page by which the browser learns what the server knew. */
export const VISITOR_ID = 'psm-visitor'
export const THEME_COOKIE = 'psm_theme'

/** Who looks at this page: on the server from the request, in the browser from the page. */
export function readVisitor(): Visitor {
  if (!isServer) return JSON.parse(document.getElementById(VISITOR_ID)?.textContent ?? '') as Visitor
  const event = getRequestEvent()
  const cookies = cookiesOf(event?.request.headers.get('cookie') ?? '')
  const req = (event as { nativeEvent?: { node: { req: IncomingMessage } } } | undefined)?.nativeEvent?.node
    .req
  const theme = cookies.get(THEME_COOKIE)
  return {
    operator: req === undefined ? null : visitorOf(req).operator,
    locale: localeOf(cookies.get(LOCALE_COOKIE), event?.request.headers.get('accept-language') ?? undefined),
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  }
}

/** JSON that cannot end its script element (HTML § 4.12.1.3). */
export function visitorBlock(visitor: Visitor): string {
  return JSON.stringify(visitor).replaceAll('<', '\\u003c')
}

function cookiesOf(header: string): Map<string, string> {
  return new Map(
    header.split(';').map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const
    }),
  )
}
