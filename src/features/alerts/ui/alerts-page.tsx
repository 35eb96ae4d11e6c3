import BellRing from 'lucide-solid/icons/bell-ring'
import Check from 'lucide-solid/icons/check'
import { createMemo, createSignal, Show } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SelectField } from '../../../ui/field'
import { createSelection, createTableState, SelectionBar, Table, Toolbar } from '../../../ui/table'
import { ALERT_KINDS, ALERT_SEVERITIES, ALERT_STATES, MOST_AT_ONCE } from '../lists'
import { AcknowledgeDialog } from './acknowledge-dialog'
import { alertColumns } from './columns'
import { alertWords, exportHref, kindKey } from './words'

const REFRESH_MS = 10_000
const FILTERS = ['state', 'kind', 'severity'] as const

/** What is wrong now, and what was. */
export function AlertsPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const state = createTableState({
    filters: FILTERS,
    sort: { by: 'since', direction: 'desc' },
    hidden: ['cleared'],
  })
  const columns = createMemo(() => alertColumns(i18n))
  const selection = createSelection()
  const [isAcknowledging, setAcknowledging] = createSignal(false)
  const filter = () => ({
    state:
      [...ALERT_STATES, 'any' as const].find((one) => one === state.filter('state')) ?? ('open' as const),
    kind: ALERT_KINDS.find((one) => one === state.filter('kind')),
    severity: ALERT_SEVERITIES.find((one) => one === state.filter('severity')),
  })
  const list = createList({
    state,
    permission: 'alerts:read',
    key: 'id',
    everyMs: () => REFRESH_MS,
    query: (page) => api.alerts.list.query({ ...page, ...filter() }),
  })
  const mayAcknowledge = () => session.may('alerts:acknowledge')
  return (
    <Page title={t('alerts.title')} permission="alerts:read" text={t('alerts.text')}>
      <Toolbar
        state={state}
        columns={columns()}
        exportHref={exportHref(filter(), i18n.locale())}
        search={
          <div class="flex flex-wrap gap-3">
            <SelectField
              class="min-w-40 max-sm:w-full"
              label={t('alerts.state.label')}
              value={state.filter('state') ?? ''}
              placeholder={t('alerts.stateFilter.open')}
              options={[
                ...ALERT_STATES.map((one) => ({ value: one as string, label: t(`alerts.state.${one}`) })),
                { value: 'any', label: t('alerts.stateFilter.any') },
              ]}
              onInput={(value) => state.setFilter('state', value)}
            />
            <SelectField
              class="min-w-52 max-sm:min-w-0 max-sm:flex-1"
              label={t('alerts.kindLabel')}
              value={state.filter('kind') ?? ''}
              placeholder={t('alerts.anyKind')}
              options={ALERT_KINDS.map((one) => ({ value: one, label: t(kindKey(one)) }))}
              onInput={(value) => state.setFilter('kind', value)}
            />
            <SelectField
              class="min-w-40 max-sm:min-w-0 max-sm:flex-1"
              label={t('alerts.severity.label')}
              value={state.filter('severity') ?? ''}
              placeholder={t('alerts.anySeverity')}
              options={ALERT_SEVERITIES.map((one) => ({ value: one, label: t(`alerts.severity.${one}`) }))}
              onInput={(value) => state.setFilter('severity', value)}
            />
          </div>
        }
      />
      <Table
        {...list}
        label={t('alerts.label')}
        columns={columns()}
        rowName={(row) => alertWords(row, i18n)}
        selection={mayAcknowledge() ? selection : undefined}
        empty={
          <EmptyState
            icon={<BellRing class="size-5" aria-hidden="true" />}
            title={t('alerts.empty')}
            text={t('alerts.emptyText')}
          />
        }
      />
      <SelectionBar selection={selection}>
        <Button
          size="small"
          look="primary"
          icon={<Check class="size-4" aria-hidden="true" />}
          onClick={() => setAcknowledging(true)}
        >
          {t('alerts.action.acknowledge')}
        </Button>
      </SelectionBar>
      <Show when={isAcknowledging()}>
        <AcknowledgeDialog
          alertIds={selection.ids().slice(0, MOST_AT_ONCE)}
          onClose={() => setAcknowledging(false)}
          onDone={() => {
            setAcknowledging(false)
            selection.clear()
          }}
        />
      </Show>
    </Page>
  )
}
