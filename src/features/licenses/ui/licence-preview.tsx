import { Show } from 'solid-js'
import { Answer } from '../../../app/answer'
import { api } from '../../../app/api'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { Card } from '../../../ui/card'
import { ScrollArea } from '../../../ui/scroll-area'

/** The beginning of the file, as text or as bytes. */
export function LicencePreview(props: { licenseId: string }) {
  const { t } = useI18n()
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
      <Answer query={preview} lines={5}>
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
      </Answer>
    </Card>
  )
}
