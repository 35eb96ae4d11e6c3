import { Spinner } from './button'

/** In place of an answer that takes a moment: what is waited for. */
export function Waiting(props: { text: string }) {
  return (
    <p class="text-sm text-muted">
      <Spinner class="mr-2 align-[-2px]" />
      {props.text}
    </p>
  )
}
