import { createUniqueId, For, type JSX } from 'solid-js'

export interface Segment<Value extends string> {
  value: Value
  label: string
  /** Shown in place of the label, which stays for screen readers and the tooltip. */
  icon?: JSX.Element
}

/** One of a few, side by side: radio buttons in another dress, so the arrow keys work. */
export function Segmented<Value extends string>(props: {
  label: string
  value: Value
  segments: readonly Segment<Value>[]
  onChange(value: Value): void
}) {
  const name = createUniqueId()
  return (
    <fieldset class="inline-flex max-w-full flex-wrap rounded-lg bg-raised p-0.5">
      <legend class="sr-only">{props.label}</legend>
      <For each={props.segments}>
        {(segment) => (
          <label
            title={segment.label}
            class="relative grid h-8 min-w-9 cursor-pointer place-items-center rounded-md px-2 text-xs font-medium whitespace-nowrap text-muted has-checked:bg-surface has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={segment.value}
              aria-label={segment.label}
              class="sr-only"
              checked={props.value === segment.value}
              onChange={() => props.onChange(segment.value)}
            />
            {segment.icon ?? segment.label}
          </label>
        )}
      </For>
    </fieldset>
  )
}
