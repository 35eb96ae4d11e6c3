import { createSignal, For, onCleanup, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf, type ShownFailure } from '../../../../app/failure'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { ProgressBar } from '../../../../ui/progress-bar'
import type { KeyBatchView } from '../schemas'
import { useKeysChanged } from './officer'

type Refusal = Outputs['keyLoads']['approve']['refused'][number]
const CODES = ['key_own_deposit', 'key_file_not_waiting'] as const

/** Approves all that waits in a batch, part by part, and says what could not be. */
export function ApproveBatch(props: { batch: KeyBatchView; onClose(): void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const changed = useKeysChanged()
  // As it was when the window opened: the list behind it is read anew meanwhile.
  const { batch, unapproved } = props.batch
  const [done, setDone] = createSignal(0)
  const [left, setLeft] = createSignal(unapproved)
  const [refused, setRefused] = createSignal<ReadonlyMap<string, Refusal['code']>>(new Map())
  const [phase, setPhase] = createSignal<'asked' | 'running' | 'ended'>('asked')
  const [error, setError] = createSignal<ShownFailure>()
  let isGone = false
  onCleanup(() => {
    isGone = true
  })

  const run = async () => {
    setPhase('running')
    setError(undefined)
    try {
      // A part in which nothing was approved would be answered the same for ever.
      for (let approved = 1; approved > 0 && left() > 0 && !isGone; ) {
        const answer = await api.keyLoads.approve.run({ batch })
        approved = answer.approved
        setDone(done() + answer.approved)
        setLeft(answer.left)
        setRefused(
          new Map([...refused(), ...answer.refused.map(({ fileId, code }) => [fileId, code] as const)]),
        )
      }
    } catch (thrown) {
      setError(failureOf(thrown, i18n))
    }
    setPhase('ended')
    changed()
  }
  const refusals = () =>
    CODES.map((code) => ({
      code,
      count: [...refused().values()].filter((one) => one === code).length,
    })).filter(({ count }) => count > 0)
  const all = () => done() + left()
  const words = () => t('keys.batches.progress', { done: format.number(done()), all: format.number(all()) })
  const mayGoOn = () => phase() === 'ended' && error() !== undefined && left() > 0

  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      size="small"
      title={t('keys.batches.approveTitle', { batch })}
      description={tn('keys.batches.approveText', unapproved)}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t(phase() === 'asked' ? 'ui.cancel' : 'ui.close')}</Button>
          <Show when={phase() !== 'ended' || mayGoOn()}>
            <Button look="primary" isBusy={phase() === 'running'} onClick={() => void run()}>
              {t(mayGoOn() ? 'keys.batches.goOn' : 'keys.batches.approveAction')}
            </Button>
          </Show>
        </>
      }
    >
      <Show when={phase() !== 'asked'}>
        <div role="status" class="space-y-3 text-sm">
          <ProgressBar
            label={t('keys.batches.approveOf', { batch })}
            value={all() === 0 ? 1 : done() / all()}
            words={words()}
          />
          <Show when={phase() === 'ended'} fallback={<p class="digits">{words()}</p>}>
            <p class="font-medium">{tn('keys.batches.approved', done())}</p>
            <Show when={left() > 0}>
              <p>{tn('keys.batches.left', left())}</p>
            </Show>
            <For each={refusals()}>
              {({ code, count }) => (
                <p class="text-danger">
                  {t('keys.batches.refused', {
                    count: format.number(count),
                    why: t(`keys.act.refused.${code}`),
                  })}
                </p>
              )}
            </For>
          </Show>
          <Show when={error()}>{(shown) => <ErrorNote {...shown()} />}</Show>
        </div>
      </Show>
    </Dialog>
  )
}
