import { A, useParams } from '@solidjs/router'
import Download from 'lucide-solid/icons/download'
import Replace from 'lucide-solid/icons/replace'
import Trash from 'lucide-solid/icons/trash'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import Undo from 'lucide-solid/icons/undo-2'
import { For, Match, Show, Switch } from 'solid-js'
import { Answer } from '../../../app/answer'
import { api } from '../../../app/api'
import { Page } from '../../../app/page'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { Button, ButtonLink } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { LicenceFacts } from './licence-facts'
import { LicenceHistory } from './licence-history'
import { LicencePreview } from './licence-preview'
import { LicenceTimeline } from './licence-timeline'
import { contentPath, LICENCES, licencePath, uploadPath } from './places'
import { createRemoval } from './removal'
import { stateKey, warningWords } from './words'

const TONES = { current: 'good', replaced: 'neutral', deleted: 'danger' } as const

/** One licence: what it is, what happened to it, and what was there before. */
export function LicencePage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ licenseId: string }>()
  const session = useSession()
  const removal = createRemoval()
  const licence = useQuery(() => api.licenses.get.query({ licenseId: params.licenseId }))
  const mayWrite = () => session.may('licenses:write')
  const state = () => licence.data?.state
  return (
    <Page
      title={licence.data?.licId ?? t('license.list.title')}
      permission="licenses:read"
      parent={{ title: t('license.list.title'), href: LICENCES }}
      badges={
        <Show when={state()}>
          {(state) => (
            <Badge hasDot tone={TONES[state()]}>
              {t(stateKey(state()))}
            </Badge>
          )}
        </Show>
      }
      actions={
        <Show when={licence.data}>
          {(data) => (
            <>
              <ButtonLink
                isDownload
                href={contentPath(data().id)}
                icon={<Download class="size-4" aria-hidden="true" />}
              >
                {t('license.page.download')}
              </ButtonLink>
              <Show when={mayWrite()}>
                <Switch>
                  <Match when={state() === 'current'}>
                    <ButtonLink
                      href={uploadPath({ replaces: data().id })}
                      icon={<Replace class="size-4" aria-hidden="true" />}
                    >
                      {t('license.page.replace')}
                    </ButtonLink>
                    <Button
                      look="danger"
                      icon={<Trash class="size-4" aria-hidden="true" />}
                      onClick={() => void removal.remove([data().id], data())}
                    >
                      {t('license.list.delete')}
                    </Button>
                  </Match>
                  <Match when={state() === 'deleted'}>
                    <Button
                      icon={<Undo class="size-4" aria-hidden="true" />}
                      onClick={() => void removal.restore([data().id])}
                    >
                      {t('license.page.restore')}
                    </Button>
                  </Match>
                  <Match when={state() === 'replaced'}>
                    <ButtonLink
                      href={uploadPath({ reuses: data().id })}
                      icon={<Undo class="size-4" aria-hidden="true" />}
                    >
                      {t('license.page.reuse')}
                    </ButtonLink>
                  </Match>
                </Switch>
              </Show>
            </>
          )}
        </Show>
      }
    >
      <Answer query={licence} lines={8}>
        {(data) => (
          <div class="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
            <div class="min-w-0 space-y-5">
              <Show when={data().replacedBy}>
                {(next) => (
                  <p class="rounded-xl bg-info-soft px-4 py-3 text-sm">
                    <A href={licencePath(next().id)} class="rounded font-medium text-info hover:underline">
                      {t('license.page.replacedBy', { licId: next().licId })}
                    </A>
                  </p>
                )}
              </Show>
              <Show when={data().state === 'deleted'}>
                <p class="rounded-xl bg-danger-soft px-4 py-3 text-sm text-danger">
                  {t('license.page.deletedNote')}
                </p>
              </Show>
              <Show when={data().warnings.length > 0}>
                <section class="flex gap-3 rounded-xl bg-warn-soft px-4 py-3 text-sm">
                  <TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
                  <div class="min-w-0">
                    <h2 class="font-medium">{t('license.page.warnings')}</h2>
                    <ul class="mt-1 space-y-1">
                      <For each={data().warnings}>{(code) => <li>{warningWords(code, i18n)}</li>}</For>
                    </ul>
                  </div>
                </section>
              </Show>
              <Card title={t('license.page.facts')}>
                <LicenceFacts licence={data()} />
              </Card>
              <LicencePreview licenseId={data().id} />
              <LicenceHistory history={data().history} mayWrite={mayWrite()} />
            </div>
            <LicenceTimeline licence={data()} />
          </div>
        )}
      </Answer>
    </Page>
  )
}
