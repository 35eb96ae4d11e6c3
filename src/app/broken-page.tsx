import { HttpStatusCode } from '@solidjs/start'
import { useI18n } from '../i18n'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'

/** What a person sees when a page could not be made. On the server the error itself went to the log. */
export function BrokenPage() {
  const { t } = useI18n()
  return (
    <main class="mx-auto max-w-xl px-6 py-24">
      <HttpStatusCode code={500} />
      <EmptyState title={t('app.broken.title')} text={t('app.broken.text')}>
        <Button onClick={() => window.location.reload()}>{t('app.broken.reload')}</Button>
      </EmptyState>
    </main>
  )
}
