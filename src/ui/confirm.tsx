import { createContext, createSignal, type JSX, Show, useContext } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from './button'
import { Dialog } from './dialog'
import { TextField } from './field'

export interface Question {
  title: string
  /** What will happen, and whether it can be undone. */
  text: string
  /** What the button does, such as "Delete 3 files"; never just "OK". */
  action: string
  isDangerous?: boolean
  /** What must be typed before the button works, for what cannot be undone. */
  typeToConfirm?: string
}

type Ask = (question: Question) => Promise<boolean>
const Context = createContext<Ask>()

/** Holds the one confirmation window of a page; `useConfirm` below it asks. */
export function ConfirmProvider(props: { children: JSX.Element }) {
  const { t } = useI18n()
  const [question, setQuestion] = createSignal<Question>()
  const [isOpen, setOpen] = createSignal(false)
  const [typed, setTyped] = createSignal('')
  let settle: ((isConfirmed: boolean) => void) | undefined

  const answer = (isConfirmed: boolean) => {
    setOpen(false)
    settle?.(isConfirmed)
    settle = undefined
  }
  const ask: Ask = (next) => {
    answer(false)
    setTyped('')
    setQuestion(next)
    setOpen(true)
    return new Promise((resolve) => {
      settle = resolve
    })
  }
  const isBlocked = () => {
    const wanted = question()?.typeToConfirm
    return wanted !== undefined && typed().trim() !== wanted
  }

  return (
    <Context.Provider value={ask}>
      {props.children}
      <Dialog
        isOpen={isOpen()}
        onClose={() => answer(false)}
        title={question()?.title ?? ''}
        description={question()?.text}
        size="small"
        footer={
          <>
            <Button onClick={() => answer(false)}>{t('ui.cancel')}</Button>
            <Button
              look={question()?.isDangerous ? 'danger' : 'primary'}
              disabled={isBlocked()}
              onClick={() => answer(true)}
            >
              {question()?.action}
            </Button>
          </>
        }
      >
        <Show when={question()?.typeToConfirm}>
          {(wanted) => (
            <TextField
              label={t('ui.typeToConfirm', { text: wanted() })}
              name="confirmation"
              value={typed()}
              onInput={setTyped}
              autocomplete="off"
              isRequired
            />
          )}
        </Show>
      </Dialog>
    </Context.Provider>
  )
}

/** `await confirm({ title, text, action })` is true only where the person pressed the action. */
export function useConfirm(): Ask {
  const ask = useContext(Context)
  if (ask === undefined) throw new Error('useConfirm needs a ConfirmProvider above.')
  return ask
}
