import { createSignal, onCleanup } from 'solid-js'

/** Tailwind's `lg`: where lists have their filters, and the fleet its charts, at once. */
const WIDE = '(min-width: 1024px)'

/** Whether there is room for what a telephone folds away; follows the window. Browsers only. */
export function createIsWide(): () => boolean {
  const query = matchMedia(WIDE)
  const [isWide, setWide] = createSignal(query.matches)
  const follow = () => setWide(query.matches)
  query.addEventListener('change', follow)
  onCleanup(() => query.removeEventListener('change', follow))
  return isWide
}
