import { Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { Card } from '../../../ui/card'
import { ErrorNote } from '../../../ui/error-note'
import { ScrollArea } from '../../../ui/scroll-area'
import { Skeleton } from '../../../ui/skeleton'

/** The beginning of the file, as text or as bytes. */
export function LicencePreview(props: { licenseId: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const preview = useQuery(() => api.licenses.preview.query({ licenseId: props.licenseId }))
  return (
    <Card
      title={t('license.page.preview')}
      actions={
        <Show when={preview.data}>
          {(data) => (
            <Badge>{t(data().kind === 'hex' ? 'license.page.previewHex' : 'license.page.previewText')}</Badge>
          )}
        </Show>
      }
    >
      <Show when={preview.error}>
        {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void preview.refetch()} />}
      </Show>
      <Show
        when={preview.data}
        fallback={
          <Show when={!preview.error}>
            <Skeleton lines={5} />
          </Show>
        }
      >
        {(data) => (
          <>
            <ScrollArea label={t('license.page.preview')} class="max-h-96 rounded-lg bg-raised">
              <pre class="w-max min-w-full p-4 font-mono text-xs leading-5">{data().text}</pre>
            </ScrollArea>
            <Show when={data().isCut}>
              <p class="mt-2 text-sm text-muted">{t('license.page.previewCut')}</p>
            </Show>
          </>
        )}
      </Show>
    </Card>
  )
}
