import { For } from 'solid-js'
import { classes } from '../../../../ui/classes'
import { FieldNotes, type FieldProps, useControl } from '../../../../ui/field-frame'

/** Some of a few, side by side, in their own order: weekdays, networks. */
export function ChoicesField<Value extends string>(
  props: FieldProps<Value[]> & { options: readonly { value: Value; label: string }[] },
) {
  const control = useControl(props)
  const toggle = (value: Value, isOn: boolean) =>
    props.onInput(
      props.options
        .map((one) => one.value)
        .filter((one) => (one === value ? isOn : props.value.includes(one))),
    )
  return (
    <fieldset
      class={classes('min-w-0', props.class)}
      aria-describedby={control['aria-describedby']}
      aria-invalid={control['aria-invalid']}
    >
      <legend class="mb-1.5 text-sm font-medium text-ink">{props.label}</legend>
      <div class="flex flex-wrap gap-1.5">
        <For each={props.options}>
          {(option) => (
            <label class="inline-flex h-9 min-w-11 cursor-pointer items-center justify-center rounded-lg border border-edge px-2.5 text-sm text-muted has-checked:border-accent has-checked:bg-accent-soft has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent has-disabled:cursor-not-allowed pointer-coarse:h-11">
              <input
                type="checkbox"
                class="sr-only"
                checked={props.value.includes(option.value)}
                disabled={props.disabled}
                onChange={(event) => toggle(option.value, event.currentTarget.checked)}
                onBlur={control.onBlur}
              />
              {option.label}
            </label>
          )}
        </For>
      </div>
      <FieldNotes control={control} hint={props.hint} error={props.error} />
    </fieldset>
  )
}
