import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createUniqueId, type JSX, Show } from 'solid-js'
import { classes } from './classes'

/** What all fields share. `form.field(name)` gives name, value, error, onInput and onBlur at once. */
export interface FieldProps<Value> {
  label: string
  value: Value
  onInput: (value: Value) => void
  onBlur?: () => void
  name?: string
  /** A sentence below the field that helps to fill it in. */
  hint?: string
  /** What is wrong, in words; marks the field. */
  error?: string
  isRequired?: boolean
  disabled?: boolean
  /** The label is read out but not shown, where the place says it already. */
  isLabelHidden?: boolean
  class?: string
}

/** What ties a control to its label, hint and error. */
export interface ControlAttributes {
  readonly id: string
  readonly name: string | undefined
  readonly disabled: boolean | undefined
  readonly required: boolean | undefined
  readonly 'aria-invalid': 'true' | undefined
  readonly 'aria-describedby': string | undefined
  readonly onBlur: () => void
}

export const CONTROL =
  'w-full rounded-lg border bg-surface px-3 text-base text-ink placeholder:text-muted sm:text-sm disabled:cursor-not-allowed disabled:bg-raised disabled:text-muted focus-visible:outline-offset-0'
export const CONTROL_HEIGHT = 'h-10 pointer-coarse:h-11'

/** The edge of a control, which says that it is wrong together with the words below. */
export const edgeOf = (isWrong: boolean) => (isWrong ? 'border-danger' : 'border-edge')

/** Ids and states of a control, for a component that lays itself out. */
export function useControl(props: Omit<FieldProps<never>, 'value' | 'onInput' | 'label'>): ControlAttributes {
  const id = createUniqueId()
  return {
    id,
    get name() {
      return props.name
    },
    get disabled() {
      return props.disabled
    },
    get required() {
      return props.isRequired
    },
    get 'aria-invalid'() {
      return props.error ? ('true' as const) : undefined
    },
    get 'aria-describedby'() {
      return [props.error && `${id}-error`, props.hint && `${id}-hint`].filter(Boolean).join(' ') || undefined
    },
    onBlur: () => props.onBlur?.(),
  }
}

/** Label above, hint and error below. */
export function FieldFrame(props: {
  control: ControlAttributes
  field: Omit<FieldProps<never>, 'value' | 'onInput'>
  children: JSX.Element
}) {
  return (
    <div class={classes('flex min-w-0 flex-col', props.field.class)}>
      <label
        for={props.control.id}
        class={props.field.isLabelHidden ? 'sr-only' : 'mb-1.5 text-sm font-medium text-ink'}
      >
        {props.field.label}
        <RequiredMark isShown={props.field.isRequired} />
      </label>
      {props.children}
      <FieldNotes control={props.control} hint={props.field.hint} error={props.field.error} />
    </div>
  )
}

export function RequiredMark(props: { isShown: boolean | undefined }) {
  return (
    <Show when={props.isShown}>
      <span class="ml-0.5 text-danger" aria-hidden="true">
        *
      </span>
    </Show>
  )
}

export function FieldNotes(props: {
  control: ControlAttributes
  hint: string | undefined
  error: string | undefined
}) {
  return (
    <>
      <Show when={props.error}>
        <p id={`${props.control.id}-error`} class="mt-1.5 flex items-start gap-1.5 text-sm text-danger">
          <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          <span class="min-w-0 break-words">{props.error}</span>
        </p>
      </Show>
      <Show when={props.hint}>
        <p id={`${props.control.id}-hint`} class="mt-1.5 text-sm text-muted">
          {props.hint}
        </p>
      </Show>
    </>
  )
}
