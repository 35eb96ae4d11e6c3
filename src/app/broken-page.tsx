import { HttpStatusCode } from '@solidjs/start'
import { onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'

const PROBE_MS = 5_000
/** How Chromium, Firefox, Safari and the bundler's loader call a script or style that did not come. */
const NOT_LOADED = /dynamically imported module|module script failed|preload CSS/i

/** What a person sees when a page could not be made. On the server the error itself went to the log. */
export function BrokenPage(props: { error: unknown }) {
  const { t } = useI18n()
  const isNotLoaded = () => props.error instanceof Error && NOT_LOADED.test(props.error.message)
  return (
    <main class="mx-auto max-w-xl px-6 py-24">
      <HttpStatusCode code={500} />
      <EmptyState
        isPage
        title={t('app.broken.title')}
        text={t(isNotLoaded() ? 'app.broken.notLoaded' : 'app.broken.text')}
      >
        <Show when={isNotLoaded()}>
          <ComeBack />
        </Show>
        <Button onClick={() => window.location.reload()}>{t('app.broken.reload')}</Button>
      </EmptyState>
    </main>
  )
}

/** Loads the page again as soon as the server answers: the address is that of the page that was wanted. */
function ComeBack() {
  onMount(() => {
    const timer = setInterval(async () => {
      const answer = await fetch('/readyz').catch(() => undefined)
      if (answer?.ok) window.location.reload()
    }, PROBE_MS)
    onCleanup(() => clearInterval(timer))
  })
  return null
}
