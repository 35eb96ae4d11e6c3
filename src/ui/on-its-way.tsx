import { Skeleton } from './skeleton'

/** Words at the lower edge while something without a place of its own yet is loaded; nothing where it takes a blink only. */
export function OnItsWay() {
  return (
    <Skeleton
      lines={0}
      class="fixed inset-x-0 bottom-6 z-50 mx-auto w-fit rounded-xl border border-line bg-surface px-4 py-2 shadow-xl empty:hidden"
    />
  )
}
