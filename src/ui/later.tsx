import { createMemo, type JSX, Show, Suspense } from 'solid-js'
import { Skeleton } from './skeleton'

/**
 * Makes its children when they are first wanted and keeps them then: for dialogs whose script nobody needs before. On a slow link
 * words at the lower edge say that it is on its way.
 */
export function Later(props: { isWanted: boolean; children: JSX.Element }) {
  const isMade = createMemo<boolean>((before) => before || props.isWanted, false)
  return (
    <Show when={isMade()}>
      <Suspense
        fallback={
          <Skeleton
            lines={0}
            class="fixed inset-x-0 bottom-6 z-50 mx-auto w-fit rounded-xl border border-line bg-surface px-4 py-2 shadow-xl empty:hidden"
          />
        }
      >
        {props.children}
      </Suspense>
    </Show>
  )
}
