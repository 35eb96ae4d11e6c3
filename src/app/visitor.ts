import { getRequestEvent, isServer } from 'solid-js/web'
import { type Locale, localeOf } from '../i18n/locales'

/** An operator as pages know one: enough to greet and to show what is permitted; the server judges every call again. */
export interface VisitingOperator {
  id: string
  username: string
  name: string
  role: string
  permissions: string[]
  twoFactorEnabled: boolean
}

export type Theme = 'light' | 'dark' | 'system'

export interface Visitor {
  operator: VisitingOperator | null
  locale: Locale
  theme: Theme
}

/** Where the server's front leaves who asks for a page, on the Node request. */
const SLOT = Symbol.for('psmanager.visitor')
/** The data block of a page by which the browser learns what the server knew. */
export const VISITOR_ID = 'psm-visitor'
export const THEME_COOKIE = 'psm_theme'

/** Who looks at this page: on the server from the request, in the browser from the page. */
export function readVisitor(): Visitor {
  if (!isServer) return JSON.parse(document.getElementById(VISITOR_ID)?.textContent ?? '') as Visitor
  const event = getRequestEvent()
  const cookies = cookiesOf(event?.request.headers.get('cookie') ?? '')
  const req = (event as { nativeEvent?: { node: { req: object } } } | undefined)?.nativeEvent?.node.req
  const known = (req as { [SLOT]?: { operator: VisitingOperator | null } } | undefined)?.[SLOT]
  const theme = cookies.get(THEME_COOKIE)
  return {
    operator: known?.operator ?? null,
    locale: localeOf(cookies.get('psm_locale'), event?.request.headers.get('accept-language') ?? undefined),
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
