import { createSignal, onCleanup, onMount } from 'solid-js'

/** A number that grows whenever the colours may have changed: by the system, or by the page's own switch. */
export function createThemeVersion(): () => number {
  const [version, setVersion] = createSignal(0)
  const grow = () => setVersion((before) => before + 1)
  onMount(() => {
    const system = matchMedia('(prefers-color-scheme: dark)')
    const own = new MutationObserver(grow)
    system.addEventListener('change', grow)
    own.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    onCleanup(() => {
      system.removeEventListener('change', grow)
      own.disconnect()
    })
  })
  return version
}
