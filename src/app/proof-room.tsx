import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { FormDialog } from '../ui/form/dialog'
import { createProofForm, ProofFields } from './proof-form'
import { onProofNeeded } from './proving'
import { sendToRoom } from './sign-in-room'

/**
 * The one window that asks who is at the desk when the server wants to know it afresh. Several calls that are refused at once wait for
 * the same answer.
 */
export function ProofRoom(props: { children: JSX.Element }) {
  const [settle, setSettle] = createSignal<(isProved: boolean) => void>()
  let asked: Promise<boolean> | undefined
  const ask = () => {
    asked ??= new Promise<boolean>((resolve) => {
      setSettle(() => (isProved: boolean) => {
        asked = undefined
        setSettle(undefined)
        resolve(isProved)
      })
    })
    return asked
  }
  onMount(() => onCleanup(onProofNeeded(ask)))
  return (
    <>
      {props.children}
      <Show when={settle()}>{(answer) => <ProofDialog onAnswer={answer()} />}</Show>
    </>
  )
}

function ProofDialog(props: { onAnswer(isProved: boolean): void }) {
  const { t } = useI18n()
  const form = createProofForm(async (proof) => {
    await sendToRoom('/proof', proof)
    props.onAnswer(true)
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onAnswer(false)}
      size="small"
      title={t('app.proof.title')}
      description={t('app.proof.text')}
      action={t('app.proof.submit')}
    >
      <ProofFields form={form} />
    </FormDialog>
  )
}
