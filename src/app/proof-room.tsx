import { createSignal, type JSX, lazy, onCleanup, onMount, Show, Suspense } from 'solid-js'
import { OnItsWay } from '../ui/on-its-way'
import { onProofNeeded } from './proving'

/** A form with its schema: most pages are left without a proof having been asked for. */
const ProofDialog = lazy(() => import('./proof-dialog'))

/**
 * The one window that asks who is at the desk when the server wants to know it afresh. Several calls that are refused at once wait for
 * the same answer.
 */
export function ProofRoom(props: { children: JSX.Element }) {
  const [settle, setSettle] = createSignal<(isProved: boolean) => void>()
  let asked: Promise<boolean> | undefined
  const ask = () => {
    asked ??= new Promise<boolean>((resolve) => {
      setSettle(() => (isProved: boolean) => {
        asked = undefined
        setSettle(undefined)
        resolve(isProved)
      })
    })
    return asked
  }
  onMount(() => onCleanup(onProofNeeded(ask)))
  return (
    <>
      {props.children}
      <Show when={settle()}>
        {(answer) => (
          <Suspense fallback={<OnItsWay />}>
            <ProofDialog onAnswer={answer()} />
          </Suspense>
        )}
      </Show>
    </>
  )
}
