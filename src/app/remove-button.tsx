import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from '../ui/button'
import { type Question, useConfirm } from '../ui/confirm'
import { Dialog } from '../ui/dialog'
import { useToasts } from '../ui/toast'
import { failureOf } from './failure'

/** What came of a removal. */
export interface Removed {
  /** Where to go, for the page is of what is gone. */
  to: string
  done: string
  /** Answers about what is gone: nobody asks for them again. */
  gone: readonly (readonly unknown[])[]
  /** The beginnings of the keys of those that changed. */
  changed: readonly (readonly unknown[])[]
}

/** Deletes the one thing that a page shows, after it was asked, or says what is in the way. */
export function RemoveButton(props: {
  label: string
  question: Omit<Question, 'isDangerous'>
  /** Whether something needs it, and what is said of that above the names. */
  isNeeded: boolean
  needed: { title: string; text: string; close: string }
  /** What needs it, each a way to it. */
  children: JSX.Element
  remove(): Promise<Removed>
  /** Words above why it could not be. */
  failed: string
  onStale(): void
}) {
  const i18n = useI18n()
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isRefused, setRefused] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)

  const remove = async () => {
    if (props.isNeeded) return void setRefused(true)
    const { failed, onStale, remove } = props
    if (!(await confirm({ ...props.question, isDangerous: true }))) return
    setBusy(true)
    try {
      const { to, done, gone, changed } = await remove()
      toasts.show({ kind: 'good', title: done })
      navigate(to)
      for (const queryKey of gone) queries.removeQueries({ queryKey })
      for (const queryKey of changed) void queries.invalidateQueries({ queryKey })
    } catch (error) {
      // Something has taken it up meanwhile: what is shown is old.
      toasts.show({ kind: 'danger', title: failed, text: failureOf(error, i18n).text })
      onStale()
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
        {props.label}
      </Button>
      <Show when={isRefused()}>
        <Dialog
          isOpen
          size="small"
          onClose={() => setRefused(false)}
          title={props.needed.title}
          description={props.needed.text}
          footer={<Button onClick={() => setRefused(false)}>{props.needed.close}</Button>}
        >
          {props.children}
        </Dialog>
      </Show>
    </>
  )
}
