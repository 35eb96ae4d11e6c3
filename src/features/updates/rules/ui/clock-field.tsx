import { classes } from '../../../../ui/classes'
import {
  CONTROL,
  CONTROL_HEIGHT,
  edgeOf,
  FieldFrame,
  type FieldProps,
  useControl,
} from '../../../../ui/field-frame'

/** A time of day, or a date with its time; the browser's own clock and calendar. */
export function ClockField(props: FieldProps<string> & { type: 'time' | 'datetime-local' }) {
  const control = useControl(props)
  return (
    <FieldFrame control={control} field={props}>
      <input
        {...control}
        type={props.type}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        class={classes(CONTROL, CONTROL_HEIGHT, 'digits', edgeOf(!!props.error))}
      />
    </FieldFrame>
  )
}
