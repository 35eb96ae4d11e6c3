import { createSignal, onCleanup } from 'solid-js'

/** Tailwind's `lg`: where lists have their filters, and the fleet its charts, at once. */
const WIDE = '(min-width: 1024px)'

/** Whether there is room for it now, asked once. Browsers only. */
export const isWide = (): boolean => matchMedia(WIDE).matches

/** Whether there is room for what a telephone folds away; follows the window. Browsers only. */
export function createIsWide(): () => boolean {
  const query = matchMedia(WIDE)
  const [isRoomy, setRoomy] = createSignal(query.matches)
  const follow = () => setRoomy(query.matches)
  query.addEventListener('change', follow)
  onCleanup(() => query.removeEventListener('change', follow))
  return isRoomy
}
