import { useParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Pencil from 'lucide-solid/icons/pencil'
import { createSignal, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { useToasts } from '../../../../ui/toast'
import { platformsIn } from '../../../terminals/ui/words'
import type { PackageView } from '../schemas'
import { ChangeDialog } from './change-dialog'
import { Metadata } from './metadata'
import { PackageFiles } from './package-files'
import { PACKAGES } from './places'
import { RemoveButton, RuleLinks } from './removal'
import { WarningList } from './warnings'
import { modelsWords, nameOf } from './words'

/** One package: what it is, what it says of itself, its files, and who needs it. */
export function PackagePage() {
  const i18n = useI18n()
  const { t } = i18n
  const params = useParams<{ packageId: string }>()
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [isChanging, setChanging] = createSignal(false)
  const query = useQuery(() => ({
    ...api.packages.get.query({ packageId: params.packageId }),
    enabled: session.may('packages:read'),
  }))
  const refresh = () => queries.invalidateQueries({ queryKey: api.packages.key() })
  const changed = () => {
    setChanging(false)
    toasts.show({ kind: 'good', title: t('packages.page.changed') })
    void refresh()
  }
  return (
    <Page
      title={query.data === undefined ? t('packages.list.title') : nameOf(query.data)}
      permission="packages:read"
      parent={{ title: t('packages.list.title'), href: PACKAGES }}
      badges={
        <Show when={query.data}>
          {(data) => <Badge tone="accent">{platformsIn(i18n).nameOf(data().platform)}</Badge>}
        </Show>
      }
      actions={
        <Show when={session.may('packages:write') && query.data}>
          {(data) => (
            <>
              <Button icon={<Pencil class="size-4" aria-hidden="true" />} onClick={() => setChanging(true)}>
                {t('packages.page.edit')}
              </Button>
              <RemoveButton shown={data()} onStale={() => void refresh()} />
            </>
          )}
        </Show>
      }
    >
      <Answer query={query} lines={8}>
        {(data) => <Contents shown={data()} />}
      </Answer>
      <Show when={isChanging() && query.data}>
        {(data) => <ChangeDialog shown={data()} onClose={() => setChanging(false)} onDone={changed} />}
      </Show>
    </Page>
  )
}

function Contents(props: { shown: PackageView }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const saysSomething = () => Object.keys(props.shown.inspected).length > 0
  return (
    <div class="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div class="min-w-0 space-y-5">
        <Show when={props.shown.warnings.length > 0}>
          <section aria-label={t('packages.fact.warnings')}>
            <WarningList warnings={props.shown.warnings} />
          </section>
        </Show>
        <Card title={t('packages.page.facts')}>
          <Facts
            facts={[
              { name: t('packages.fact.component'), value: props.shown.component },
              { name: t('packages.fact.version'), value: props.shown.version },
              {
                name: t('packages.fact.fromVersion'),
                value: props.shown.fromVersion ?? t('packages.anyVersion'),
              },
              { name: t('packages.fact.models'), value: modelsWords(props.shown.models, i18n) },
              { name: t('packages.fact.kind'), value: t(`packages.kind.${props.shown.kind}`) },
              {
                name: t('packages.fact.size'),
                value: `${format.bytes(props.shown.sizeBytes)}, ${tn('packages.unfinished.files', props.shown.fileCount)}`,
              },
              {
                name: t('packages.fact.created'),
                value: t('packages.by', {
                  time: format.dateTime(props.shown.createdAt),
                  name: makerWords(props.shown.createdBy, t),
                }),
              },
            ]}
          />
          <Show when={props.shown.notes !== ''}>
            <div class="mt-4 text-sm">
              <h3 class="text-xs text-muted">{t('packages.fact.notes')}</h3>
              <p class="mt-0.5 break-words whitespace-pre-line">{props.shown.notes}</p>
            </div>
          </Show>
        </Card>
        <Card title={t('packages.page.files')}>
          <Show when={props.shown.files.length > 1}>
            <p class="-mt-3 mb-3 text-sm text-muted">{t('packages.page.filesOrder')}</p>
          </Show>
          <PackageFiles shown={props.shown} />
        </Card>
        <Show when={props.shown.kind === 'android-ota'}>
          <Card title={t('packages.page.metadata')}>
            <Show
              when={saysSomething()}
              fallback={<p class="text-sm text-muted">{t('packages.page.noMetadata')}</p>}
            >
              <Metadata inspected={props.shown.inspected} />
            </Show>
          </Card>
        </Show>
      </div>
      <Card title={t('packages.page.rules')}>
        <Show
          when={props.shown.rules.length > 0}
          fallback={<p class="text-sm text-muted">{t('packages.page.noRules')}</p>}
        >
          <RuleLinks rules={props.shown.rules} />
        </Show>
      </Card>
    </div>
  )
}
