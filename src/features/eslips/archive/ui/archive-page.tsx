import Archive from 'lucide-solid/icons/archive'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { createTableState, Table } from '../../../../ui/table'
import { archiveColumns } from './columns'
import { Holds } from './holds'
import { VerificationCard } from './verification'
import { createVerification } from './verify'

/** Eslip › Archive: the files, whether they are as they were written, and what is held. */
export function ArchivePage() {
  const { t, format } = useI18n()
  const session = useSession()
  const state = createTableState({ filters: [], sort: { by: 'number', direction: 'desc' } })
  const list = createList({
    state,
    permission: 'eslips:read',
    key: 'number',
    query: api.eslipArchives.list.query,
  })
  const account = useQuery(() => api.account.get.query({}))
  const isLimited = () => account.data?.visibility.kind === 'limited'
  const { state: verification, start, stop } = createVerification()
  return (
    <Page
      title={t('app.nav.slipArchive')}
      permission="eslips:read"
      text={t(isLimited() ? 'archive.limited' : 'archive.text')}
      actions={
        <Show when={!isLimited()}>
          <Button
            icon={<ShieldCheck class="size-4" aria-hidden="true" />}
            isBusy={verification()?.isRunning ?? false}
            onClick={() => void start()}
          >
            {t('archive.verify.start')}
          </Button>
        </Show>
      }
    >
      <Show when={verification()}>
        {(found) => <VerificationCard state={found()} onStop={stop} onAgain={() => void start()} />}
      </Show>
      <Show when={!isLimited()}>
        <Table
          {...list}
          label={t('archive.label')}
          columns={archiveColumns()}
          rowName={(row) => format.day(row.day)}
          empty={
            <EmptyState
              icon={<Archive class="size-5" aria-hidden="true" />}
              title={t('archive.empty')}
              text={t('archive.emptyText')}
            >
              <Show when={session.may('jobs:read')}>
                <ButtonLink href="/administration/jobs/archive-eslips">{t('archive.toJobs')}</ButtonLink>
              </Show>
            </EmptyState>
          }
        />
      </Show>
      <Show when={session.may('eslips:hold') && !isLimited()}>
        <Holds />
      </Show>
    </Page>
  )
}
