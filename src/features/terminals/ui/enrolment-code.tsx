import Printer from 'lucide-solid/icons/printer'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { CopyButton } from '../../../ui/copy-button'
import { QrCode } from '../../../ui/qr'

export interface ShownCode {
  enrollmentCode: string
  expiresAt: string
  /** Some of the terminals it is for. */
  serials: readonly string[]
  /** How many it is for. */
  count: number
}

const NAMED = 12

/** An enrolment code, the only time it can be seen: to be typed, scanned or printed for the engineer. */
export function EnrolmentCode(props: { code: ShownCode }) {
  const { t, tn, format } = useI18n()
  return (
    <div data-print="" class="text-ink">
      <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn print:hidden">
        {t('fleet.code.onlyNow')}
      </p>
      <div class="mt-5 flex flex-col items-center gap-6 sm:flex-row sm:items-start">
        <QrCode text={props.code.enrollmentCode} title={t('fleet.code.qr')} class="size-52 shrink-0" />
        <div class="min-w-0 flex-1 max-sm:text-center">
          <p class="text-sm text-muted">{t('fleet.code.code')}</p>
          <p class="digits mt-1 font-mono text-xl leading-8 font-semibold tracking-wide break-words select-all sm:text-2xl sm:leading-9">
            {props.code.enrollmentCode}
          </p>
          <div class="mt-3 flex flex-wrap gap-2 max-sm:justify-center print:hidden">
            <CopyButton text={props.code.enrollmentCode} label={t('fleet.code.copy')} size="small" />
            <Button
              size="small"
              icon={<Printer class="size-4" aria-hidden="true" />}
              onClick={() => window.print()}
            >
              {t('fleet.code.print')}
            </Button>
          </div>
          <p class="mt-4 text-sm">
            {t('fleet.code.goodUntil', { at: format.dateTime(props.code.expiresAt) })}
          </p>
          <p class="mt-1 text-sm text-muted">{t('fleet.code.once')}</p>
        </div>
      </div>
      <h3 class="mt-6 text-sm font-medium">{tn('fleet.code.for', props.code.count)}</h3>
      <ul class="digits mt-2 flex flex-wrap gap-1.5 text-sm">
        <For each={props.code.serials.slice(0, NAMED)}>
          {(serial) => <li class="rounded-md bg-raised px-2 py-0.5">{serial}</li>}
        </For>
        <Show when={props.code.count > NAMED}>
          <li class="px-1 py-0.5 text-muted">{tn('fleet.code.andMore', props.code.count - NAMED)}</li>
        </Show>
      </ul>
    </div>
  )
}
