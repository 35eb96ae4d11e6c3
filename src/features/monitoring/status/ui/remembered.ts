import { createSignal } from 'solid-js'

/** A switch of this browser that is remembered; a browser that keeps nothing starts with the usual. */
export function createRemembered(name: string, usual: boolean): [() => boolean, (value: boolean) => void] {
  const [value, setValue] = createSignal(read(name) ?? usual)
  return [
    value,
    (next) => {
      setValue(next)
      try {
        localStorage.setItem(name, String(next))
      } catch {
        // Storage is full or forbidden: it holds for this page.
      }
    },
  ]
}

function read(name: string): boolean | undefined {
  try {
    const known = localStorage.getItem(name)
    return known === null ? undefined : known === 'true'
  } catch {
    return undefined
  }
}
