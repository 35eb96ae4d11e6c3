import { createSignal } from 'solid-js'
import type { Preview } from './preview'

/** Does what a preview said. Where that would be something else by now, the preview is asked anew and that is told. */
export function createApply<Input, Report>(
  preview: () => Preview<Input, Report>,
  /** Throws what the server refuses, but for `assignment_changed`. */
  act: (input: Input, agreed: Report) => Promise<Report | 'changed'>,
) {
  const [isBusy, setBusy] = createSignal(false)
  const [isMoved, setMoved] = createSignal(false)
  const [error, setError] = createSignal<unknown>()
  return {
    ...{ isBusy, isMoved, error },
    /** The choice is another one: what was said of the one before is over. */
    forget() {
      setMoved(false)
      setError(undefined)
    },
    /** The report of what was done; undefined where nothing was. */
    async run(): Promise<Report | undefined> {
      const [input, agreed] = [preview().input(), preview().report()]
      if (input === undefined || agreed === undefined) return undefined
      setBusy(true)
      setError(undefined)
      setMoved(false)
      try {
        const applied = await act(input, agreed)
        if (applied !== 'changed') return applied
        await preview().refetch()
        setMoved(true)
      } catch (thrown) {
        setError(thrown)
      } finally {
        setBusy(false)
      }
      return undefined
    },
  }
}
export type Apply<Report> = ReturnType<typeof createApply<unknown, Report>>
