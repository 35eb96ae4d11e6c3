import { useQueryClient } from '@tanstack/solid-query'
import { For, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { createGrowingList, GrowingList } from '../../../app/growing-list'
import { makerWords } from '../../../app/maker'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { useConfirm } from '../../../ui/confirm'
import { TimeAgo } from '../../../ui/time-ago'
import { useToasts } from '../../../ui/toast'

type Code = Outputs['enrollmentCodes']['list']['items'][number]
const PAGE = 25

/** Codes that can still be used, newest first, of all terminals or of one. */
export function OpenCodes(props: { terminalId?: string }) {
  const { t } = useI18n()
  const ofTerminal = () => (props.terminalId === undefined ? {} : { terminalId: props.terminalId })
  const query = createGrowingList(() => ({
    key: [...api.enrollmentCodes.list.key(), ofTerminal()],
    limit: PAGE,
    ask: (page, signal) => api.enrollmentCodes.list.fetch({ ...ofTerminal(), ...page }, signal),
  }))
  return (
    <GrowingList
      list={query}
      lines={4}
      none={() => <p class="py-2 text-sm text-muted">{t('fleet.codes.none')}</p>}
    >
      <ul class="divide-y divide-line">
        <For each={query.items()}>{(code) => <Row code={code} />}</For>
      </ul>
      <Show when={query.paging.hasMore}>
        <Button size="small" class="mt-3" isBusy={query.paging.isLoadingMore} onClick={query.paging.onMore}>
          {t('ui.timeline.more')}
        </Button>
      </Show>
    </GrowingList>
  )
}

function Row(props: { code: Code }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const revoke = async () => {
    const isConfirmed = await confirm({
      title: t('fleet.codes.revokeTitle'),
      text: t('fleet.codes.revokeText'),
      action: t('fleet.codes.revoke'),
      isDangerous: true,
    })
    if (!isConfirmed) return
    try {
      await api.enrollmentCodes.revoke.run({ codeId: props.code.id })
      toasts.show({ kind: 'good', title: t('fleet.codes.revoked') })
      void queries.invalidateQueries({ queryKey: api.enrollmentCodes.key() })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    }
  }
  return (
    <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div class="min-w-0">
        <p class="text-sm font-medium">
          {tn('fleet.codes.for', props.code.terminals)}
          <span class="ml-2 font-normal text-muted">
            {t('fleet.codes.spent', { count: format.number(props.code.spent) })}
          </span>
        </p>
        <p class="mt-0.5 text-xs text-muted">
          {t('fleet.codes.by', { name: makerWords(props.code.createdBy, t) })}{' '}
          <TimeAgo at={props.code.createdAt} />
          {' · '}
          {t('fleet.codes.expires')} <TimeAgo at={props.code.expiresAt} />
        </p>
      </div>
      <Show
        when={props.code.isWithinLimits}
        fallback={<p class="text-xs text-muted">{t('fleet.codes.beyondLimits')}</p>}
      >
        <Button look="danger" size="small" onClick={() => void revoke()}>
          {t('fleet.codes.revoke')}
        </Button>
      </Show>
    </li>
  )
}
