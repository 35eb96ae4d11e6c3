const EVENTS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
/** Longer than any page waits before it asks again: somebody who works is never taken for absent in between. */
const PRESENT_MS = 60_000

/** Watches whether somebody is at the page: opening it counts, and so does every touch of mouse, keyboard and screen. */
export function createAttention(target: EventTarget): { isUnattended(): boolean } {
  let last = Date.now()
  const notice = () => {
    last = Date.now()
  }
  for (const event of EVENTS) target.addEventListener(event, notice, { capture: true, passive: true })
  return { isUnattended: () => Date.now() - last > PRESENT_MS }
}
