import { Router } from '@solidjs/router'
import { FileRoutes } from '@solidjs/start/router'
import { ErrorBoundary, Suspense } from 'solid-js'
import './app.css'
import { BrokenPage } from './ui/broken-page'

export default function App() {
  return (
    <Router
      root={(props) => (
        <ErrorBoundary fallback={<BrokenPage />}>
          <Suspense>{props.children}</Suspense>
        </ErrorBoundary>
      )}
    >
      <FileRoutes />
    </Router>
  )
}
