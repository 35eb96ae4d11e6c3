import { useQueryClient } from '@tanstack/solid-query'
import Plus from 'lucide-solid/icons/plus'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { createList } from '../../../../app/list'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { EmptyState } from '../../../../ui/empty-state'
import { type Column, createTableState, Table } from '../../../../ui/table'
import { useToasts } from '../../../../ui/toast'
import type { HoldView } from '../schemas'
import { HoldDialog } from './hold-dialog'

/** What keeps archives from being deleted, and letting go of it. For who may hold. */
export function Holds() {
  const i18n = useI18n()
  const { t, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const state = createTableState({
    filters: [],
    sort: { by: 'created', direction: 'desc' },
    prefix: 'hold-',
  })
  const list = createList({ state, permission: 'eslips:hold', key: 'id', query: api.eslipHolds.list.query })
  const [isCreating, setCreating] = createSignal(false)
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: api.eslipHolds.key() })
    await queries.invalidateQueries({ queryKey: api.eslipArchives.key() })
  }

  const release = async ({ id, reason }: HoldView) => {
    const isSure = await confirm({
      title: t('archive.hold.releaseTitle'),
      text: t('archive.hold.releaseText', { reason }),
      action: t('archive.hold.release'),
      isDangerous: true,
    })
    if (!isSure) return
    try {
      await api.eslipHolds.release.run({ holdId: id })
      toasts.show({ kind: 'good', title: t('archive.hold.released') })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      await refresh()
    }
  }
  const columns = (): Column<HoldView>[] => [
    {
      id: 'reason',
      header: t('archive.hold.reason'),
      isFixed: true,
      cell: (row) => <span class="font-medium break-words">{row.reason}</span>,
    },
    {
      id: 'merchant',
      header: t('archive.hold.merchant'),
      cell: (row) =>
        row.merchantId === null ? t('archive.hold.everybody') : (row.merchantName ?? row.merchantId),
    },
    { id: 'period', header: t('archive.hold.period'), cell: (row) => <Period hold={row} /> },
    { id: 'by', header: t('archive.hold.by'), cell: (row) => makerWords(row.createdBy, t) },
    {
      id: 'at',
      header: t('archive.hold.at'),
      cell: (row) => <span class="digits whitespace-nowrap">{format.stamp(row.createdAt)}</span>,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <Show
          when={row.releasedAt === null}
          fallback={
            <span class="text-xs text-muted">
              {t('archive.hold.releasedBy', {
                name: makerWords(row.releasedBy ?? '', t),
                at: format.stamp(row.releasedAt ?? 0),
              })}
            </span>
          }
        >
          <Button
            size="small"
            aria-label={t('archive.hold.releaseNamed', { reason: row.reason })}
            onClick={() => void release(row)}
          >
            {t('archive.hold.release')}
          </Button>
        </Show>
      ),
    },
  ]

  return (
    <section class="mt-10">
      <div class="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 class="text-lg font-semibold">{t('archive.hold.title')}</h2>
          <p class="mt-1 text-sm text-muted">{t('archive.hold.text')}</p>
        </div>
        <Button icon={<Plus class="size-4" aria-hidden="true" />} onClick={() => setCreating(true)}>
          {t('archive.hold.create')}
        </Button>
      </div>
      <Table
        {...list}
        label={t('archive.hold.title')}
        columns={columns()}
        rowName={(row) => row.reason}
        empty={
          <EmptyState
            icon={<ShieldCheck class="size-5" aria-hidden="true" />}
            title={t('archive.hold.none')}
            text={t('archive.hold.createText')}
          />
        }
      />
      <Show when={isCreating()}>
        <HoldDialog
          onClose={() => setCreating(false)}
          onCreated={() => {
            setCreating(false)
            toasts.show({ kind: 'good', title: t('archive.hold.created') })
            void refresh()
          }}
        />
      </Show>
    </section>
  )
}

function Period(props: { hold: HoldView }) {
  const { t, format } = useI18n()
  const words = () => {
    const { fromDay, toDay } = props.hold
    const from = fromDay === null ? null : format.day(fromDay)
    const to = toDay === null ? null : format.day(toDay)
    if (from === null) return to === null ? t('archive.hold.always') : t('archive.hold.until', { to })
    return to === null ? t('archive.hold.since', { from }) : t('archive.hold.between', { from, to })
  }
  return <span class="digits">{words()}</span>
}
