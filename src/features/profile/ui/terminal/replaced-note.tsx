import { A } from '@solidjs/router'
import ArrowLeftRight from 'lucide-solid/icons/arrow-left-right'
import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import type { SwapView } from '../../swap/schemas'
import { profilePath } from '../places'
import { UndoSwapButton } from '../swap/undo'

/** That a terminal took over another one's place, or gave its own away, where that was the last that was swapped. */
export function ReplacedNote(props: { terminalId: string }) {
  const session = useSession()
  const swaps = useQuery(() => ({
    ...api.swaps.list.query({ terminalId: props.terminalId, limit: 1 }),
    enabled: session.may('terminals:read'),
  }))
  const last = () => swaps.data?.items.find(({ undoneAt }) => undoneAt === null)
  return <Show when={last()}>{(swap) => <Note swap={swap()} terminalId={props.terminalId} />}</Show>
}

function Note(props: { swap: SwapView; terminalId: string }) {
  const { t, format } = useI18n()
  const isOld = () => props.swap.old.terminalId === props.terminalId
  const other = () => (isOld() ? props.swap.new : props.swap.old)
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-xl border border-line bg-surface px-5 py-3.5 text-sm">
      <ArrowLeftRight class="size-4.5 shrink-0 text-muted" aria-hidden="true" />
      <p class="min-w-0 flex-1 basis-60">
        {t(isOld() ? 'profile.swap.wasReplaced' : 'profile.swap.hasReplaced')}{' '}
        <A href={profilePath(other().terminalId)} class="digits rounded font-medium text-accent underline">
          {other().serial}
        </A>
        <span class="block text-muted">
          {[format.dateTime(props.swap.at), makerWords(props.swap.byName, t), props.swap.reason]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      <UndoSwapButton swap={props.swap} />
    </div>
  )
}
