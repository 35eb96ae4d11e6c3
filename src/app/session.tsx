import { createContext, createSignal, type JSX, useContext } from 'solid-js'
import { rememberChoice } from '../i18n/remember'
import { THEME_COOKIE, type Theme, type VisitingOperator, type Visitor } from './visitor'

interface Session {
  /** Null on pages that need no sign-in. */
  operator: VisitingOperator | null
  /** Whether the page should offer something; the server judges for itself. */
  may(permission: string): boolean
  theme(): Theme
  setTheme(theme: Theme): void
}

const Context = createContext<Session>()

export function SessionProvider(props: { visitor: Visitor; children: JSX.Element }) {
  const { operator } = props.visitor
  const [theme, show] = createSignal(props.visitor.theme)
  const session: Session = {
    operator,
    may: (permission) => operator?.permissions.includes(permission) ?? false,
    theme,
    setTheme(next) {
      rememberChoice(THEME_COOKIE, next)
      if (next === 'system') document.documentElement.removeAttribute('data-theme')
      else document.documentElement.dataset.theme = next
      show(next)
    },
  }
  return <Context.Provider value={session}>{props.children}</Context.Provider>
}

export function useSession(): Session {
  const session = useContext(Context)
  if (session === undefined) throw new Error('useSession needs a SessionProvider above.')
  return session
}

/** The session has ended: leaves for the sign-in page, which says so and leads back here. */
export function goToSignIn(): void {
  const { pathname, search } = window.location
  if (pathname === '/sign-in') return
  window.location.assign(`/sign-in?ended=1&next=${encodeURIComponent(pathname + search)}`)
}

/** A second factor is owed: leaves for the page where it is set up, which leads back here. */
export function goToAccount(): void {
  const { pathname, search } = window.location
  if (pathname === '/account') return
  window.location.assign(`/account?next=${encodeURIComponent(pathname + search)}`)
}

/** Ends the session on the server and goes to the sign-in page. */
export async function signOut(): Promise<void> {
  await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  window.location.assign('/sign-in')
}
