import { useNavigate, useParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { EmptyState } from '../../../../ui/empty-state'
import { useToasts } from '../../../../ui/toast'
import type { SetView } from '../schemas'
import { setPath } from './places'
import { SetEditor } from './set-editor'

/** A set is changed, with what that would do to its terminals in sight. */
export function EditSetPage() {
  const params = useParams<{ setId: string }>()
  return (
    <Show when={params.setId} keyed>
      {(setId) => <EditSet setId={setId} />}
    </Show>
  )
}

function EditSet(props: { setId: string }) {
  const { t } = useI18n()
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const query = useQuery(() => ({
    ...api.appSets.get.query({ setId: props.setId }),
    enabled: session.may('apps:write'),
  }))
  const saved = (set: SetView) => {
    const isWaiting = set.revision > set.releasedRevision
    toasts.show({ kind: 'good', title: t(isWaiting ? 'sets.form.savedWaits' : 'sets.form.saved') })
    queries.setQueryData(api.appSets.get.query({ setId: set.id }).queryKey, set)
    void queries.invalidateQueries({ queryKey: api.appSets.key() })
    void queries.invalidateQueries({ queryKey: api.terminalApps.key() })
    navigate(setPath(set.id))
  }
  return (
    <Page
      title={t('sets.form.edit')}
      permission="apps:write"
      parent={{ title: query.data?.name ?? t('sets.list.title'), href: setPath(props.setId) }}
    >
      <Answer isSteady query={query} lines={10}>
        {(set) => (
          <Show
            when={set().isWithinLimits}
            fallback={<EmptyState title={t('sets.form.notYours')} text={t('sets.page.beyondLimits')} />}
          >
            <SetEditor saved={set()} onSaved={saved} onStale={async () => (await query.refetch()).data} />
          </Show>
        )}
      </Answer>
    </Page>
  )
}
