import ChevronDown from 'lucide-solid/icons/chevron-down'
import Eye from 'lucide-solid/icons/eye'
import EyeOff from 'lucide-solid/icons/eye-off'
import { createSignal, For, type JSX, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { IconButton } from './button'
import { classes } from './classes'
import { CONTROL, CONTROL_HEIGHT, edgeOf, FieldFrame, type FieldProps, useControl } from './field-frame'

export interface TextFieldProps extends FieldProps<string> {
  type?: 'text' | 'email' | 'url' | 'tel' | 'number'
  placeholder?: string
  autocomplete?: string
  inputMode?: 'text' | 'numeric' | 'decimal' | 'email' | 'url' | 'tel'
  maxLength?: number
  autocapitalize?: 'none' | 'words'
  /** Takes the focus when the page has come, even before its scripts. For pages whose one purpose the field is. */
  autofocus?: boolean
  /** Serial numbers, hashes, codes: in digits of one width. */
  isCode?: boolean
  /** Offered while one types; anything else may be typed too. */
  suggestions?: readonly string[] | undefined
}

/** Browsers fill in passwords, and people type, before the page's scripts run: that must not be lost. */
function takeOver(element: HTMLInputElement | HTMLTextAreaElement, props: FieldProps<string>): void {
  onMount(() => {
    if (element.value !== props.value) props.onInput(element.value)
  })
}

export function TextField(props: TextFieldProps) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <input
        {...control}
        ref={(element) => takeOver(element, props)}
        type={props.type ?? 'text'}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete}
        inputMode={props.inputMode}
        maxLength={props.maxLength}
        autocapitalize={props.autocapitalize}
        autofocus={props.autofocus}
        spellcheck={props.isCode ? false : undefined}
        list={props.suggestions === undefined ? undefined : `${control.id}-list`}
        class={classes(CONTROL, CONTROL_HEIGHT, edgeOf(!!props.error), props.isCode && 'digits')}
      />
      <Show when={props.suggestions}>
        {(suggestions) => (
          <datalist id={`${control.id}-list`}>
            <For each={suggestions()}>{(one) => <option value={one} />}</For>
          </datalist>
        )}
      </Show>
    </FieldFrame>
  )
}

export function TextArea(
  props: FieldProps<string> & { rows?: number; placeholder?: string; isCode?: boolean },
) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <textarea
        {...control}
        ref={(element) => takeOver(element, props)}
        rows={props.rows ?? 4}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        placeholder={props.placeholder}
        spellcheck={props.isCode ? false : undefined}
        class={classes(CONTROL, 'py-2', edgeOf(!!props.error), props.isCode && 'font-mono')}
      />
    </FieldFrame>
  )
}

/** A secret, hidden until the person wants to see it. */
export function PasswordField(
  props: FieldProps<string> & { autocomplete?: 'current-password' | 'new-password' | 'off' },
) {
  const { t } = useI18n()
  const control = useControl(props)
  const [isShown, setShown] = createSignal(false)
  return (
    <FieldFrame control={control} field={props}>
      <div class="relative">
        <input
          {...control}
          ref={(element) => takeOver(element, props)}
          type={isShown() ? 'text' : 'password'}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          autocomplete={props.autocomplete ?? 'current-password'}
          autocapitalize="none"
          spellcheck={false}
          class={classes(CONTROL, CONTROL_HEIGHT, 'pr-11', edgeOf(!!props.error))}
        />
        <IconButton
          size="small"
          class="!absolute top-1/2 right-1 -translate-y-1/2 text-muted"
          label={isShown() ? t('ui.hidePassword') : t('ui.showPassword')}
          aria-pressed={isShown()}
          disabled={props.disabled ?? false}
          icon={
            <Show when={isShown()} fallback={<Eye class="size-4.5" aria-hidden="true" />}>
              <EyeOff class="size-4.5" aria-hidden="true" />
            </Show>
          }
          onClick={() => setShown(!isShown())}
        />
      </div>
    </FieldFrame>
  )
}

export interface SelectOption {
  value: string
  label: string
  isDisabled?: boolean
}

export function SelectField(
  props: FieldProps<string> & {
    options: readonly SelectOption[]
    /** A first choice with the empty value, such as "All". */
    placeholder?: string
  },
) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <div class="relative">
        <select
          {...control}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          class={classes(CONTROL, CONTROL_HEIGHT, 'appearance-none truncate pr-9', edgeOf(!!props.error))}
        >
          <Show when={props.placeholder !== undefined}>
            <option value="" selected={props.value === ''}>
              {props.placeholder}
            </option>
          </Show>
          <For each={props.options}>
            {(option) => (
              <option
                value={option.value}
                selected={option.value === props.value}
                disabled={option.isDisabled}
              >
                {option.label}
              </option>
            )}
          </For>
        </select>
        <Adornment>
          <ChevronDown class="size-4" aria-hidden="true" />
        </Adornment>
      </div>
    </FieldFrame>
  )
}

function Adornment(props: { children: JSX.Element }) {
  return (
    <span class="pointer-events-none absolute inset-y-0 right-3 flex items-center text-muted">
      {props.children}
    </span>
  )
}

/** A day as `YYYY-MM-DD`, empty where none is chosen; the browser's own calendar. */
export function DateField(props: FieldProps<string> & { min?: string; max?: string }) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <input
        {...control}
        type="date"
        value={props.value}
        min={props.min}
        max={props.max}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        class={classes(CONTROL, CONTROL_HEIGHT, 'digits', edgeOf(!!props.error))}
      />
    </FieldFrame>
  )
}

/** A moment as `YYYY-MM-DDTHH:MM` in the zone of whoever types it, empty where none is chosen; the browser's own calendar and clock. */
export function DateTimeField(props: FieldProps<string>) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <input
        {...control}
        type="datetime-local"
        value={props.value}
        onChange={(event) => props.onInput(event.currentTarget.value)}
        class={classes(CONTROL, CONTROL_HEIGHT, 'digits', edgeOf(!!props.error))}
      />
    </FieldFrame>
  )
}
