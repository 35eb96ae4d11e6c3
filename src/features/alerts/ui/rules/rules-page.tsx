import { useQueryClient } from '@tanstack/solid-query'
import { createMemo, createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { EmptyState } from '../../../../ui/empty-state'
import { createTableState, Table } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import type { AlertRuleView } from '../../schemas'
import { kindKey } from '../words'
import { ruleColumns } from './columns'
import { RecipientsCard } from './recipients-card'
import { RuleDialog } from './rule-dialog'

const REFRESH_MS = 15_000

/** From when on something is wrong, and who is told by mail. */
export function AlertRulesPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const mayWrite = () => session.may('alerts:write')
  const [changing, setChanging] = createSignal<AlertRuleView>()
  const state = createTableState({ filters: [], sort: { by: 'kind', direction: 'asc' } })
  const rules = useQuery(() => ({
    ...api.alertRules.list.query({}),
    enabled: session.may('alerts:read'),
  }))
  const told = useQuery(() => ({
    ...api.alertRecipients.list.query({}),
    enabled: mayWrite(),
    refetchInterval: REFRESH_MS,
  }))
  const columns = createMemo(() =>
    ruleColumns(i18n, {
      recipients: () => told.data?.recipients,
      onChange: mayWrite() ? setChanging : undefined,
    }),
  )
  const refresh = () =>
    Promise.all(
      [api.alertRules, api.alertRecipients].map((one) => queries.invalidateQueries({ queryKey: one.key() })),
    )
  return (
    <Page title={t('alerts.rules.title')} permission="alerts:read" text={t('alerts.rules.text')}>
      <div class="space-y-6">
        <Show when={mayWrite()}>
          <RecipientsCard
            told={told.data}
            error={told.isError ? failureOf(told.error, i18n) : undefined}
            onRetry={() => void told.refetch()}
            rules={rules.data?.rules ?? []}
            onChanged={() => void refresh()}
          />
        </Show>
        <Table
          label={t('alerts.rules.title')}
          columns={columns()}
          rows={rules.data?.rules}
          rowId={(row) => row.kind}
          rowName={(row) => t(kindKey(row.kind))}
          state={state}
          nextCursor={null}
          error={rules.isError ? failureOf(rules.error, i18n) : undefined}
          onRetry={() => void rules.refetch()}
          empty={<EmptyState title={t('alerts.rules.title')} text={t('alerts.rules.text')} />}
        />
      </div>
      <Show when={changing()} keyed>
        {(rule) => (
          <RuleDialog
            rule={rule}
            recipients={told.data?.recipients ?? []}
            onClose={() => setChanging(undefined)}
            onSaved={() => {
              setChanging(undefined)
              toasts.show({ kind: 'good', title: t('alerts.rules.saved', { kind: t(kindKey(rule.kind)) }) })
              void refresh()
            }}
          />
        )}
      </Show>
    </Page>
  )
}
