import { MetaProvider } from '@solidjs/meta'
import { Router, type RouteSectionProps } from '@solidjs/router'
import { FileRoutes } from '@solidjs/start/router'
import { QueryClientProvider } from '@tanstack/solid-query'
import { ErrorBoundary, Suspense } from 'solid-js'
import './app.css'
import { BrokenPage } from './app/broken-page'
import { createQueryClient } from './app/queries'
import { SessionProvider } from './app/session'
import { Shell } from './app/shell'
import { readVisitor } from './app/visitor'
import { I18nProvider } from './i18n'
import { ConfirmProvider } from './ui/confirm'
import { ToastRegion } from './ui/toast'

/** What stands around every page: who looks at it, in which language, and the shell where somebody has signed in. */
function Root(props: RouteSectionProps) {
  const visitor = readVisitor()
  const queries = createQueryClient()
  return (
    <MetaProvider>
      <I18nProvider locale={visitor.locale}>
        <SessionProvider visitor={visitor}>
          <QueryClientProvider client={queries}>
            <ErrorBoundary fallback={<BrokenPage />}>
              <ToastRegion>
                <ConfirmProvider>
                  <Shell>
                    <Suspense>{props.children}</Suspense>
                  </Shell>
                </ConfirmProvider>
              </ToastRegion>
            </ErrorBoundary>
          </QueryClientProvider>
        </SessionProvider>
      </I18nProvider>
    </MetaProvider>
  )
}

export default function App() {
  return (
    <Router root={Root}>
      <FileRoutes />
    </Router>
  )
}
