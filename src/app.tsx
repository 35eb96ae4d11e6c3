import { MetaProvider, Title } from '@solidjs/meta'
import { Router, type RouteSectionProps } from '@solidjs/router'
import { ErrorBoundary, lazy, Show, Suspense } from 'solid-js'
import './app.css'
import { BrokenPage } from './app/broken-page'
import { PageRoutes } from './app/page-routes'
import { SessionProvider } from './app/session'
import { readVisitor } from './app/visitor'
import { I18nProvider } from './i18n'

const PRODUCT = 'psManager'

const Desk = lazy(() => import('./app/desk'))

/** What stands around every page: who looks at it, in which language, and the desk where somebody has signed in. */
function Root(props: RouteSectionProps) {
  const visitor = readVisitor()
  const page = () => <Suspense>{props.children}</Suspense>
  return (
    <MetaProvider>
      {/* Until the page says its own. */}
      <Title>{PRODUCT}</Title>
      <I18nProvider locale={visitor.locale}>
        <SessionProvider visitor={visitor}>
          <ErrorBoundary fallback={(error) => <BrokenPage error={error} />}>
            <Show when={visitor.operator !== null} fallback={page()}>
              <Suspense>
                {/* The desk says itself that a page is on its way. */}
                <Desk>{props.children}</Desk>
              </Suspense>
            </Show>
          </ErrorBoundary>
        </SessionProvider>
      </I18nProvider>
    </MetaProvider>
  )
}

export default function App() {
  return (
    <Router root={Root}>
      <PageRoutes />
    </Router>
  )
}
