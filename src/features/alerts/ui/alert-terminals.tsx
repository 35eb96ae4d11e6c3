import { A } from '@solidjs/router'
import { createMemo } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { type I18n, useI18n } from '../../../i18n'
import { Checkbox } from '../../../ui/choice-field'
import { EmptyState } from '../../../ui/empty-state'
import { type Column, createTableState, Table } from '../../../ui/table'
import { TimeAgo } from '../../../ui/time-ago'
import type { AlertTerminalPage, AlertView } from '../schemas'

const REFRESH_MS = 10_000
type Member = z.output<typeof AlertTerminalPage>['items'][number]

/** The terminals that an alert is about. Of one that is over, all that it has been about. */
export function AlertTerminals(props: { alert: AlertView }) {
  const i18n = useI18n()
  const { t } = i18n
  const state = createTableState({
    filters: ['past'],
    sort: { by: 'serial', direction: 'asc' },
    prefix: 't-',
  })
  const isOver = () => props.alert.state === 'cleared'
  const list = createList({
    state,
    permission: 'alerts:read',
    key: 'terminalId',
    everyMs: () => REFRESH_MS,
    query: (page) =>
      api.alerts.terminals.query({
        ...page,
        alertId: props.alert.id,
        isPastShown: isOver() || state.filter('past') === 'yes',
      }),
  })
  const columns = createMemo(() => memberColumns(i18n))
  return (
    <section>
      <div class="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 class="text-lg font-semibold">{t('alerts.page.terminals')}</h2>
        <Checkbox
          label={t('alerts.page.pastShown')}
          value={isOver() || state.filter('past') === 'yes'}
          disabled={isOver()}
          onInput={(isShown) => state.setFilter('past', isShown ? 'yes' : undefined)}
        />
      </div>
      <Table
        {...list}
        label={t('alerts.page.terminals')}
        columns={columns()}
        rowName={(row) => row.serial}
        empty={<EmptyState title={t('alerts.page.noTerminals')} text={t('alerts.page.noTerminalsText')} />}
      />
    </section>
  )
}

function memberColumns({ t }: I18n): Column<Member>[] {
  return [
    {
      id: 'serial',
      header: t('alerts.page.serial'),
      isFixed: true,
      cell: (row) => (
        <A
          href={`/monitoring/status/${row.terminalId}`}
          class="digits rounded font-medium text-accent hover:underline"
        >
          {row.serial}
        </A>
      ),
    },
    { id: 'joined', header: t('alerts.page.joined'), cell: (row) => <TimeAgo at={row.joinedAt} /> },
    { id: 'left', header: t('alerts.page.left'), cell: (row) => <TimeAgo at={row.leftAt} /> },
    { id: 'lastSeen', header: t('alerts.page.lastSeen'), cell: (row) => <TimeAgo at={row.lastSeenAt} /> },
    {
      id: 'groups',
      header: t('alerts.page.groups'),
      cell: (row) => (row.groups.length === 0 ? t('ui.none') : row.groups.join(', ')),
    },
  ]
}
