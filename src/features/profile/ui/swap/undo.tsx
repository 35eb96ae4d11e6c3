import Undo from 'lucide-solid/icons/undo-2'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { useNow } from '../../../../ui/now'
import { useToasts } from '../../../../ui/toast'
import type { SwapView } from '../../swap/schemas'
import { useRefresh } from '../refresh'
import { canUndo } from './undoable'

/** Takes a swap back, as long as that can be done. */
export function UndoSwapButton(props: { swap: SwapView; onUndone?(): void }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const confirm = useConfirm()
  const toasts = useToasts()
  const refresh = useRefresh()
  const now = useNow()
  const [isBusy, setBusy] = createSignal(false)
  const undo = async () => {
    const { old, new: next, id } = props.swap
    const isSure = await confirm({
      title: t('profile.swap.undoTitle', { old: old.serial, new: next.serial }),
      text: t('profile.swap.undoText', { old: old.serial, new: next.serial }),
      action: t('profile.swap.undoAction'),
    })
    if (!isSure) return
    setBusy(true)
    try {
      await api.swaps.undo.run({ swapId: id })
      toasts.show({ kind: 'good', title: t('profile.swap.undone', { old: old.serial }) })
      props.onUndone?.()
    } catch (error) {
      toasts.show({ kind: 'danger', title: t('profile.swap.undoFailed'), text: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
      refresh()
    }
  }
  return (
    <Show when={session.may('terminals:write') && canUndo(props.swap, now())}>
      <Button
        size="small"
        icon={<Undo class="size-4" aria-hidden="true" />}
        isBusy={isBusy()}
        aria-label={`${t('profile.swap.undoUntil', { at: format.time(props.swap.undoUntil) })}: ${props.swap.old.serial}`}
        onClick={() => void undo()}
      >
        {t('profile.swap.undoUntil', { at: format.time(props.swap.undoUntil) })}
      </Button>
    </Show>
  )
}
