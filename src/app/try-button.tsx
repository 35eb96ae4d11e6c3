import Send from 'lucide-solid/icons/send'
import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { useToasts } from '../ui/toast'
import { failureOf } from './failure'

/** Sends something to another system at once, and shows what that answered. */
export function TryButton<Answer extends object>(props: {
  label: string
  /** What it is called where several stand below one another. */
  fullLabel?: string
  size?: 'small'
  disabled?: boolean
  send(): Promise<Answer>
  title: string
  description: string
  children(answer: () => Answer): JSX.Element
}) {
  const i18n = useI18n()
  const toasts = useToasts()
  const [isBusy, setBusy] = createSignal(false)
  const [answer, setAnswer] = createSignal<Answer>()
  const send = async () => {
    setBusy(true)
    try {
      const got = await props.send()
      setAnswer(() => got)
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        size={props.size ?? 'medium'}
        icon={<Send class="size-4" aria-hidden="true" />}
        isBusy={isBusy()}
        disabled={props.disabled ?? false}
        aria-label={props.fullLabel}
        onClick={() => void send()}
      >
        {props.label}
      </Button>
      <Show when={answer()}>
        {(got) => (
          <Dialog
            isOpen
            onClose={() => setAnswer(undefined)}
            title={props.title}
            description={props.description}
            footer={
              <Button look="primary" onClick={() => setAnswer(undefined)}>
                {i18n.t('ui.close')}
              </Button>
            }
          >
            {props.children(got)}
          </Dialog>
        )}
      </Show>
    </>
  )
}
