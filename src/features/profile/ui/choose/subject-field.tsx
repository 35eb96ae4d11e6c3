import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { ComboField, type ComboFieldProps } from '../../../../ui/combo-field'

/** The rule or the set that terminals are given, and the way to it. */
export function SubjectField(props: {
  label: string
  load: ComboFieldProps['load']
  value: ComboFieldProps['value']
  onInput(id: string | undefined): void
  /** Undefined while none is chosen. */
  id: string | undefined
  /** Where it is shown. */
  pathOf(id: string): string
  /** Words of that link. */
  show: string
}) {
  return (
    <div>
      <ComboField
        label={props.label}
        isRequired
        load={props.load}
        value={props.value}
        onInput={(option) => props.onInput(option?.value)}
      />
      <Show when={props.id}>
        {(id) => (
          <p class="mt-1.5 text-sm">
            <A href={props.pathOf(id())} class="rounded text-accent hover:underline">
              {props.show}
            </A>
          </p>
        )}
      </Show>
    </div>
  )
}
