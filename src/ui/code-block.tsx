import { Show } from 'solid-js'
import { CopyButton } from './copy-button'

/** A text to be taken over exactly, such as a secret that is shown once, with a button that copies it. */
export function CodeBlock(props: {
  text: string
  /** What it is, above it. */
  label?: string
  /** What the copy button is called by screen readers. */
  copyLabel?: string
}) {
  return (
    <div>
      <Show when={props.label}>
        <p class="mb-1.5 text-sm font-medium text-ink">{props.label}</p>
      </Show>
      <div class="flex items-start gap-2 rounded-lg border border-line bg-raised p-1.5 pl-3.5">
        <pre class="min-w-0 flex-1 py-1.5 font-mono text-sm break-all whitespace-pre-wrap text-ink">
          <code>{props.text}</code>
        </pre>
        <CopyButton
          isIcon
          text={props.text}
          {...(props.copyLabel === undefined ? {} : { label: props.copyLabel })}
        />
      </div>
    </div>
  )
}
