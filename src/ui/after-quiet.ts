import { onCleanup } from 'solid-js'

/** Does something once nothing more has come for so long, such as when somebody has paused typing. It ends with its owner. */
export function afterQuiet(quietMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = () => clearTimeout(timer)
  onCleanup(stop)
  return {
    /** In place of what has waited so far. */
    wait(run: () => void) {
      stop()
      timer = setTimeout(run, quietMs)
    },
    stop,
  }
}
