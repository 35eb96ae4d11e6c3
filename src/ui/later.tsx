import { createMemo, type JSX, Show, Suspense } from 'solid-js'
import { OnItsWay } from './on-its-way'

/**
 * Makes its children when they are first wanted and keeps them then: for dialogs whose script nobody needs before. On a slow link
 * words at the lower edge say that it is on its way.
 */
export function Later(props: { isWanted: boolean; children: JSX.Element }) {
  const isMade = createMemo<boolean>((before) => before || props.isWanted, false)
  return (
    <Show when={isMade()}>
      <Suspense fallback={<OnItsWay />}>{props.children}</Suspense>
    </Show>
  )
}
