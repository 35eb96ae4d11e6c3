import CircleCheck from 'lucide-solid/icons/circle-check'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { EnrolmentCode } from '../../../terminals/ui/enrolment-code'
import { profilePath } from '../places'
import type { SwapResult } from './swap-page'
import { UndoSwapButton } from './undo'

/** What was done, what is still to do, and the way back. */
export function SwapDone(props: { result: SwapResult; onAnother(): void }) {
  const { t, format } = useI18n()
  const [isUndone, setUndone] = createSignal(false)
  const names = () => ({ old: props.result.old.serial, new: props.result.new.serial })
  const missing = () => props.result.missingProducts ?? []
  return (
    <div class="max-w-3xl space-y-5">
      <Card>
        <div class="flex gap-3">
          <CircleCheck class="mt-0.5 size-6 shrink-0 text-good" aria-hidden="true" />
          <div class="min-w-0 space-y-1 text-sm">
            <h2 class="digits text-lg font-semibold break-words">
              {isUndone() ? t('profile.swap.undone', { old: names().old }) : t('profile.swap.done', names())}
            </h2>
            <Show when={!isUndone()}>
              <p class="text-pretty">
                {t('profile.swap.doneText', {
                  ...names(),
                  at: format.date(props.result.retireAt ?? props.result.at),
                })}
              </p>
              <Show when={missing().length > 0}>
                <p class="text-warn">
                  {t('profile.swap.missingProducts', { products: missing().join(', ') })}
                </p>
              </Show>
            </Show>
            <div class="flex flex-wrap gap-2 pt-3">
              <ButtonLink size="small" look="primary" href={profilePath(props.result.new.terminalId)}>
                {t('profile.swap.showNew')}
              </ButtonLink>
              <Button size="small" onClick={() => props.onAnother()}>
                {t('profile.swap.another')}
              </Button>
              <Show when={!isUndone()}>
                <UndoSwapButton swap={props.result} onUndone={() => setUndone(true)} />
              </Show>
            </div>
          </div>
        </div>
      </Card>
      <Show when={!isUndone() && props.result.enrollment}>
        {(issued) => (
          <Card title={t('fleet.code.title', { serial: names().new })}>
            <EnrolmentCode code={{ ...issued(), serials: [names().new], count: issued().terminals }} />
          </Card>
        )}
      </Show>
    </div>
  )
}
