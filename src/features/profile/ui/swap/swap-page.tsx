import { createSignal, Show } from 'solid-js'
import { Page } from '../../../../app/page'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { SWAPS } from '../places'
import { SwapDone } from './swap-done'
import { SwapForm } from './swap-form'

export type SwapResult = Outputs['swaps']['swap']

/** A broken terminal is replaced: which by which, what moves, done; with the code by which the new one joins. */
export function SwapPage() {
  const { t } = useI18n()
  const [done, setDone] = createSignal<SwapResult>()
  return (
    <Page
      title={t('profile.swap.title')}
      permission="terminals:write"
      parent={{ title: t('profile.swap.listTitle'), href: SWAPS }}
      text={<Show when={done() === undefined}>{t('profile.swap.text')}</Show>}
    >
      <Show when={done()} fallback={<SwapForm onDone={setDone} />}>
        {(result) => <SwapDone result={result()} onAnother={() => setDone(undefined)} />}
      </Show>
    </Page>
  )
}
