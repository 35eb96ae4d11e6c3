import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { ErrorNote } from '../../../ui/error-note'
import { EnrolmentCode, type ShownCode } from './enrolment-code'
import { HoursField, USUAL_HOURS } from './hours-field'

/** Makes one enrolment code for these terminals and shows it. */
export function IssueCode(props: { serials: readonly string[]; onIssued?: () => void }) {
  const i18n = useI18n()
  const queries = useQueryClient()
  const [hours, setHours] = createSignal(USUAL_HOURS)
  const [code, setCode] = createSignal<ShownCode>()
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<unknown>()
  const issue = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const serials = [...props.serials]
      const issued = await api.enrollmentCodes.issue.run({ serials, expiresInHours: Number(hours()) })
      setCode({ ...issued, serials, count: issued.terminals })
      props.onIssued?.()
      void queries.invalidateQueries({ queryKey: api.enrollmentCodes.key() })
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Show
      when={code()}
      fallback={
        <div class="space-y-4">
          <Show when={error()}>{(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} />}</Show>
          <p class="text-sm text-muted">{i18n.t('fleet.code.what')}</p>
          <div class="flex flex-wrap items-end gap-3">
            <HoursField value={hours()} onInput={setHours} />
            <Button look="primary" isBusy={isBusy()} onClick={issue}>
              {i18n.tn('fleet.code.issue', props.serials.length)}
            </Button>
          </div>
        </div>
      }
    >
      {(shown) => <EnrolmentCode code={shown()} />}
    </Show>
  )
}
