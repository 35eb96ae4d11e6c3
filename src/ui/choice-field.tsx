import Check from 'lucide-solid/icons/check'
import Minus from 'lucide-solid/icons/minus'
import { type ComponentProps, createEffect, createUniqueId, For, Show, splitProps } from 'solid-js'
import { classes } from './classes'
import { edgeOf, FieldNotes, type FieldProps, RequiredMark, useControl } from './field-frame'

const BOX =
  'peer size-5 shrink-0 cursor-pointer appearance-none border bg-surface checked:border-accent checked:bg-accent disabled:cursor-not-allowed disabled:opacity-55'
/** Not for radio buttons: those of a group without a choice are indeterminate to CSS. */
const PARTLY = 'indeterminate:border-accent indeterminate:bg-accent'
const MARK = 'pointer-events-none absolute inset-0 m-auto hidden text-on-accent'

/** A box to tick, without words of its own: of a row of a table, or within a label. */
export function TickBox(
  props: Omit<ComponentProps<'input'>, 'type' | 'class' | 'ref'> & {
    isIndeterminate?: boolean | undefined
    isWrong?: boolean
  },
) {
  const [own, rest] = splitProps(props, ['isIndeterminate', 'isWrong'])
  let box: HTMLInputElement | undefined
  createEffect(() => {
    if (box) box.indeterminate = own.isIndeterminate ?? false
  })
  return (
    <span class="relative inline-flex">
      <input
        {...rest}
        ref={(element) => {
          box = element
        }}
        type="checkbox"
        class={classes(BOX, 'rounded-md', PARTLY, edgeOf(own.isWrong ?? false))}
      />
      <Show
        when={own.isIndeterminate}
        fallback={<Check class={classes(MARK, 'size-3.5 stroke-3 peer-checked:block')} aria-hidden="true" />}
      >
        <Minus class={classes(MARK, 'size-3.5 stroke-3 peer-indeterminate:block')} aria-hidden="true" />
      </Show>
    </span>
  )
}

export function Checkbox(props: FieldProps<boolean> & { isIndeterminate?: boolean }) {
  const control = useControl(props)
  return (
    <div class={props.class}>
      <label for={control.id} class="flex items-start gap-2.5 py-1 text-sm pointer-coarse:py-2.5">
        <TickBox
          {...control}
          isIndeterminate={props.isIndeterminate}
          isWrong={!!props.error}
          checked={props.value}
          onChange={(event) => props.onInput(event.currentTarget.checked)}
        />
        <span class={props.isLabelHidden ? 'sr-only' : 'min-w-0'}>
          {props.label}
          <RequiredMark isShown={props.isRequired} />
        </span>
      </label>
      <div class="pl-7.5 empty:hidden">
        <FieldNotes control={control} hint={props.hint} error={props.error} />
      </div>
    </div>
  )
}

export interface RadioOption {
  value: string
  label: string
  hint?: string
  isDisabled?: boolean
}

/** One of a few choices, all of them in sight. */
export function RadioGroup(props: FieldProps<string> & { options: readonly RadioOption[] }) {
  const control = useControl(props)
  const group = createUniqueId()
  return (
    <div
      role="radiogroup"
      aria-labelledby={`${control.id}-label`}
      aria-describedby={control['aria-describedby']}
      aria-invalid={control['aria-invalid']}
      aria-required={props.isRequired || undefined}
      class={props.class}
    >
      <p
        id={`${control.id}-label`}
        class={props.isLabelHidden ? 'sr-only' : 'mb-1.5 text-sm font-medium text-ink'}
      >
        {props.label}
        <RequiredMark isShown={props.isRequired} />
      </p>
      <div class="flex flex-col gap-0.5">
        <For each={props.options}>
          {(option) => (
            <label class="flex items-start gap-2.5 py-1 text-sm pointer-coarse:py-2.5">
              <span class="relative inline-flex">
                <input
                  type="radio"
                  name={props.name ?? group}
                  value={option.value}
                  checked={option.value === props.value}
                  disabled={props.disabled || option.isDisabled}
                  onChange={() => props.onInput(option.value)}
                  onBlur={control.onBlur}
                  class={classes(BOX, 'rounded-full', edgeOf(!!props.error))}
                />
                <span
                  class="pointer-events-none absolute inset-0 m-auto hidden size-2 rounded-full bg-on-accent peer-checked:block"
                  aria-hidden="true"
                />
              </span>
              <span class="min-w-0">
                {option.label}
                <Show when={option.hint}>
                  <span class="mt-0.5 block text-muted">{option.hint}</span>
                </Show>
              </span>
            </label>
          )}
        </For>
      </div>
      <FieldNotes control={control} hint={props.hint} error={props.error} />
    </div>
  )
}
