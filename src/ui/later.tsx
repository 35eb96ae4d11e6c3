import { createMemo, type JSX, Show, Suspense } from 'solid-js'

/** Makes its children when they are first wanted and keeps them then: for dialogs whose script nobody needs before. */
export function Later(props: { isWanted: boolean; children: JSX.Element }) {
  const isMade = createMemo<boolean>((before) => before || props.isWanted, false)
  return (
    <Show when={isMade()}>
      <Suspense>{props.children}</Suspense>
    </Show>
  )
}
