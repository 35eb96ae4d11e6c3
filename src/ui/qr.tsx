import { createMemo } from 'solid-js'
import { encode } from 'uqr'
import { classes } from './classes'

/** Modules of white around the code (ISO/IEC 18004 § 9.1: at least four). */
const QUIET = 4

/** A QR code of a text, dark on white whatever the theme, for readers do not know the other way round. */
export function QrCode(props: {
  text: string
  /** What it is of, such as "Enrolment code of SN0001"; the code itself must stand beside it as text. */
  title: string
  class?: string
}) {
  const code = createMemo(() => {
    const { data, size } = encode(props.text, { ecc: 'M', border: 0 })
    const cells = data.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
    )
    return { side: size + 2 * QUIET, path: cells.join('') }
  })
  return (
    <svg
      viewBox={`0 0 ${code().side} ${code().side}`}
      role="img"
      aria-label={props.title}
      shape-rendering="crispEdges"
      class={classes('rounded-lg border border-line', props.class ?? 'size-48')}
    >
      <title>{props.title}</title>
      <rect width={code().side} height={code().side} fill="#ffffff" />
      <path d={code().path} fill="#000000" />
    </svg>
  )
}
