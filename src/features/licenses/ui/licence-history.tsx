import { A } from '@solidjs/router'
import Download from 'lucide-solid/icons/download'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import { For, Show } from 'solid-js'
import { makerWords } from '../../../app/maker'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { ButtonLink } from '../../../ui/button'
import { Card } from '../../../ui/card'
import type { LicenceView } from '../schemas'
import { contentPath, licencePath, uploadPath } from './places'
import { Validity } from './validity'
import { stateKey } from './words'

/** Earlier licences of the same place: each can be looked at, downloaded, and used once more. */
export function LicenceHistory(props: { history: readonly LicenceView[]; mayWrite: boolean }) {
  const { t, format } = useI18n()
  return (
    <Card title={t('license.page.history')}>
      <p class="mb-3 text-sm text-muted">
        {t(props.history.length > 0 ? 'license.page.historyText' : 'license.page.historyNone')}
      </p>
      <ul class="divide-y divide-line" aria-label={t('license.page.historyLabel')}>
        <For each={props.history}>
          {(one) => (
            <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
              <div class="min-w-0 space-y-0.5 text-sm">
                <div class="flex flex-wrap items-center gap-2">
                  <A
                    href={licencePath(one.id)}
                    class="digits rounded font-medium break-all text-accent hover:underline"
                  >
                    {one.licId}
                  </A>
                  <Badge tone={one.state === 'deleted' ? 'danger' : 'neutral'}>
                    {t(stateKey(one.state))}
                  </Badge>
                  <Validity until={one.validUntil} isEnded />
                </div>
                <p class="digits text-xs break-words text-muted">
                  {t('license.by', {
                    time: format.dateTime(one.importedAt),
                    name: makerWords(one.importedBy, t),
                  })}
                </p>
              </div>
              <div class="flex flex-wrap gap-2">
                <ButtonLink
                  size="small"
                  isDownload
                  href={contentPath(one.id)}
                  icon={<Download class="size-4" aria-hidden="true" />}
                >
                  {t('license.page.download')}
                </ButtonLink>
                <Show when={props.mayWrite}>
                  <ButtonLink
                    size="small"
                    href={uploadPath({ reuses: one.id })}
                    icon={<RotateCcw class="size-4" aria-hidden="true" />}
                  >
                    {t('license.page.reuse')}
                  </ButtonLink>
                </Show>
              </div>
            </li>
          )}
        </For>
      </ul>
    </Card>
  )
}
