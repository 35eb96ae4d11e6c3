import CircleAlert from 'lucide-solid/icons/circle-alert'
import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { classes } from '../classes'
import { createFormState, type FormOptions, type FormState } from './state'

/**
 * A form of a zod schema in the visitor's language:
 * `const form = createForm({ schema, initial, submit })`, `<Form form={form}><TextField label=… {...form.field('name')} /></Form>`.
 */
export function createForm<Input extends object, Output>(
  options: FormOptions<Input, Output>,
): FormState<Input> {
  return createFormState(options, useI18n())
}

export interface FormProps {
  form: Pick<FormState<Record<string, unknown>>, 'submit' | 'summary' | 'wrongCount' | 'isSubmitting'>
  /** For a button outside the form, as in a dialog's footer: `<Button type="submit" form={id}>`. */
  id?: string
  class?: string
  children: JSX.Element
}

/** The form, what is wrong with it above its fields, and the focus at the first wrong field after a submission in vain. */
export function Form(props: FormProps) {
  let element: HTMLFormElement | undefined
  let summary: HTMLDivElement | undefined

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (props.form.isSubmitting() || (await props.form.submit())) return
    const wrong = element?.querySelector<HTMLElement>('[aria-invalid="true"]')
    const target = wrong?.matches('input, select, textarea') ? wrong : wrong?.querySelector('input')
    ;(target ?? summary)?.focus()
  }

  return (
    // Sent by the browser itself, before the scripts have come, a form must not put its values into the address.
    <form
      ref={(form) => {
        element = form
      }}
      id={props.id}
      method="post"
      novalidate
      aria-busy={props.form.isSubmitting() || undefined}
      onSubmit={submit}
      class={classes('flex flex-col gap-5', props.class)}
    >
      <Summary
        form={props.form}
        ref={(box) => {
          summary = box
        }}
      />
      {props.children}
    </form>
  )
}

function Summary(props: { form: FormProps['form']; ref: (element: HTMLDivElement) => void }) {
  const { t, tn } = useI18n()
  const isShown = () => props.form.summary().texts.length > 0 || props.form.wrongCount() > 1
  return (
    <div role="alert" class="empty:hidden">
      <Show when={isShown()}>
        <div
          ref={props.ref}
          tabIndex={-1}
          class="flex items-start gap-2.5 rounded-lg border border-danger/40 bg-danger-soft px-3.5 py-3 text-sm text-ink"
        >
          <CircleAlert class="mt-0.5 size-4.5 shrink-0 text-danger" aria-hidden="true" />
          <div class="min-w-0 space-y-1 break-words">
            <For each={props.form.summary().texts}>{(text) => <p>{text}</p>}</For>
            <Show when={props.form.wrongCount() > 1}>
              <p>{tn('ui.form.wrongFields', props.form.wrongCount())}</p>
            </Show>
            <Show when={props.form.summary().code}>
              {(code) => <p class="text-xs text-muted">{t('ui.error.code', { code: code() })}</p>}
            </Show>
          </div>
        </div>
      </Show>
    </div>
  )
}
