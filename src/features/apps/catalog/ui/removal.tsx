import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { type Question, useConfirm } from '../../../../ui/confirm'
import { Dialog } from '../../../../ui/dialog'
import { useToasts } from '../../../../ui/toast'
import { SetLinks } from './set-links'

/** Deletes an application or a version of it, or says which sets are in the way. */
export function RemoveButton(props: {
  /** Sets that install it. */
  sets: readonly { id: string; name: string }[]
  question: Omit<Question, 'isDangerous'>
  /** Deletes it, and tells where to go, what to say, and which answers are about what is gone: nobody asks for them again. */
  remove(): Promise<{ to: string; done: string; gone: readonly (readonly unknown[])[] }>
  onStale(): void
}) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isRefused, setRefused] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)

  const remove = async () => {
    if (props.sets.length > 0) return void setRefused(true)
    if (!(await confirm({ ...props.question, isDangerous: true }))) return
    setBusy(true)
    try {
      const { to, done, gone } = await props.remove()
      toasts.show({ kind: 'good', title: done })
      navigate(to)
      for (const queryKey of gone) queries.removeQueries({ queryKey })
      for (const room of [api.apps, api.appVersions]) void queries.invalidateQueries({ queryKey: room.key() })
    } catch (error) {
      // A set has taken it up meanwhile: what is shown is old.
      const { text } = failureOf(error, i18n)
      toasts.show({ kind: 'danger', title: t('applications.page.deleteFailed'), text })
      props.onStale()
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        look="danger"
        icon={<Trash class="size-4" aria-hidden="true" />}
        isBusy={isBusy()}
        onClick={() => void remove()}
      >
        {t('applications.page.delete')}
      </Button>
      <Show when={isRefused()}>
        <Dialog
          isOpen
          onClose={() => setRefused(false)}
          title={t('applications.page.inUseTitle')}
          description={tn('applications.page.inUseText', props.sets.length)}
          size="small"
          footer={<Button onClick={() => setRefused(false)}>{t('applications.page.close')}</Button>}
        >
          <SetLinks sets={props.sets} />
        </Dialog>
      </Show>
    </>
  )
}
