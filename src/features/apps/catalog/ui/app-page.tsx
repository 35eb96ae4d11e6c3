import { useParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Pencil from 'lucide-solid/icons/pencil'
import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, createSignal, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { createTableState, Table } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import type { AppView } from '../schemas'
import { AppIcon } from './app-icon'
import { NotesDialog } from './notes-dialog'
import { APPLICATIONS, UPLOAD } from './places'
import { RemoveButton } from './removal'
import { SetLinks } from './set-links'
import { useMayWrite } from './use-may-write'
import { versionColumns } from './version-columns'
import { WarningList } from './warnings'
import { labelOf, versionWords } from './words'

/** One application: what it is, its versions, and the sets that name it. */
export function AppPage() {
  const i18n = useI18n()
  const { t, tn } = i18n
  const params = useParams<{ appId: string }>()
  const session = useSession()
  const mayWrite = useMayWrite()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [isNoting, setNoting] = createSignal(false)
  const query = useQuery(() => ({
    ...api.apps.get.query({ appId: params.appId }),
    enabled: session.may('apps:read'),
  }))
  const refresh = () => queries.invalidateQueries({ queryKey: api.apps.key() })
  const noted = () => {
    setNoting(false)
    toasts.show({ kind: 'good', title: t('applications.page.noted') })
    void refresh()
  }
  const remove = (data: AppView) => async () => {
    await api.apps.delete.run({ appId: data.id })
    return {
      to: APPLICATIONS,
      done: t('applications.page.deleted', { name: labelOf(data, i18n) }),
      gone: [api.apps.get.query({ appId: data.id }).queryKey, api.appVersions.list.key()],
    }
  }
  return (
    <Page
      title={query.data === undefined ? t('applications.list.title') : labelOf(query.data, i18n)}
      permission="apps:read"
      parent={{ title: t('applications.list.title'), href: APPLICATIONS }}
      actions={
        <Show when={mayWrite() && query.data}>
          {(data) => (
            <>
              <ButtonLink href={UPLOAD} icon={<UploadIcon class="size-4" aria-hidden="true" />}>
                {t('applications.page.upload')}
              </ButtonLink>
              <Button icon={<Pencil class="size-4" aria-hidden="true" />} onClick={() => setNoting(true)}>
                {t('applications.page.note')}
              </Button>
              <RemoveButton
                sets={data().sets.filter((set) => set.isInstalled)}
                question={{
                  title: t('applications.page.deleteTitle', { name: labelOf(data(), i18n) }),
                  text: tn('applications.page.deleteText', data().versionCount),
                  action: t('applications.page.deleteAction'),
                }}
                remove={remove(data())}
                onStale={() => void refresh()}
              />
            </>
          )}
        </Show>
      }
    >
      <Answer query={query} lines={8}>
        {(data) => <Contents shown={data()} />}
      </Answer>
      <Show when={isNoting() && query.data}>
        {(data) => <NotesDialog shown={data()} onClose={() => setNoting(false)} onDone={noted} />}
      </Show>
    </Page>
  )
}

function Contents(props: { shown: AppView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const newest = () => props.shown.newest
  return (
    <div class="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div class="min-w-0 space-y-5">
        <WarningList warnings={newest().warnings} label={t('applications.page.newestWarnings')} />
        <Card>
          <div class="flex items-start gap-5 max-sm:flex-col">
            <AppIcon url={props.shown.iconUrl} size="large" />
            <div class="min-w-0 flex-1">
              <Facts
                facts={[
                  {
                    name: t('applications.fact.package'),
                    value: <code class="font-mono text-xs">{props.shown.package}</code>,
                  },
                  { name: t('applications.fact.newest'), value: versionWords(newest(), i18n) },
                  { name: t('applications.fact.versions'), value: format.number(props.shown.versionCount) },
                  {
                    name: t('applications.fact.added'),
                    value: t('applications.by', {
                      time: format.dateTime(props.shown.createdAt),
                      name: makerWords(props.shown.createdBy, t),
                    }),
                  },
                ]}
              />
              <Show when={props.shown.notes !== ''}>
                <div class="mt-4 text-sm">
                  <h3 class="text-xs text-muted">{t('applications.fact.notes')}</h3>
                  <p class="mt-0.5 break-words whitespace-pre-line">{props.shown.notes}</p>
                </div>
              </Show>
            </div>
          </div>
        </Card>
        <section aria-labelledby="versions">
          <h2 id="versions" class="mb-3 font-semibold">
            {t('applications.page.versions')}
          </h2>
          <Versions appId={props.shown.id} />
        </section>
      </div>
      <Card title={t('applications.page.sets')}>
        <Show
          when={props.shown.sets.length > 0}
          fallback={<p class="text-sm text-muted">{t('applications.page.noSets')}</p>}
        >
          <SetLinks sets={props.shown.sets} />
        </Show>
      </Card>
    </div>
  )
}

function Versions(props: { appId: string }) {
  const i18n = useI18n()
  const state = createTableState({ filters: [], sort: { by: 'version', direction: 'desc' } })
  const columns = createMemo(() => versionColumns(i18n))
  const list = createList({
    state,
    permission: 'apps:read',
    key: 'id',
    query: (page) => api.appVersions.list.query({ ...page, appId: props.appId }),
  })
  return (
    <Table
      {...list}
      label={i18n.t('applications.page.versions')}
      columns={columns()}
      rowName={(row) => versionWords(row, i18n)}
      empty={null}
    />
  )
}
