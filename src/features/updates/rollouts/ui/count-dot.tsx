import { classes } from '../../../../ui/classes'
import { FILLS } from '../../../../ui/segment-bar'
import type { Counted } from './numbers'
import { COUNT_TONES } from './words'

/** The colour of a count beside its words: hollow where the bars leave it empty. */
export function CountDot(props: { name: Counted }) {
  const fill = () => {
    const tone = COUNT_TONES[props.name]
    return tone === undefined ? 'border border-edge bg-raised' : FILLS[tone]
  }
  return <span aria-hidden="true" class={classes('size-2.5 shrink-0 rounded-full', fill())} />
}
