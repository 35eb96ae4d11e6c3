import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createSignal, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Checkbox } from '../../../ui/choice-field'
import { ErrorNote } from '../../../ui/error-note'
import { Skeleton } from '../../../ui/skeleton'
import { HoursField, USUAL_HOURS } from './hours-field'
import { ImportReportView } from './import-report'
import type { ImportStep } from './import-source'

const NAMED = 8

/** What the rows would do, what may be done about those that cannot be taken, and then doing it. */
export function ImportCheck(props: {
  formId: string
  uploadId: string
  onStep: (step: ImportStep) => void
  onDone: (result: Outputs['terminals']['applyImport']) => void
}) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const session = useSession()
  const [skipBad, setSkipBad] = createSignal(false)
  const [createMissing, setCreateMissing] = createSignal(false)
  const [issueCode, setIssueCode] = createSignal(session.may('terminals:enroll'))
  const [hours, setHours] = createSignal(USUAL_HOURS)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<unknown>()
  const preview = useQuery(() => ({
    ...api.terminals.previewImport.query({ uploadId: props.uploadId, createMissing: createMissing() }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  }))
  const counts = () => preview.data?.counts
  createEffect(() => {
    const known = counts()
    const isReady = known !== undefined && known.new > 0 && (known.error === 0 || skipBad())
    props.onStep({
      isReady: isReady && !preview.isPlaceholderData,
      isBusy: isBusy(),
      count: known?.new ?? 0,
    })
  })
  const missing = () => [...(preview.data?.missingGroups ?? []), ...(preview.data?.missingMerchants ?? [])]
  const apply = async () => {
    setBusy(true)
    setError(undefined)
    try {
      props.onDone(
        await api.terminals.applyImport.run({
          uploadId: props.uploadId,
          skipBad: skipBad(),
          createMissing: createMissing(),
          issueCode: issueCode(),
          ...(issueCode() ? { expiresInHours: Number(hours()) } : {}),
        }),
      )
    } catch (thrown) {
      setError(thrown)
      setBusy(false)
      void preview.refetch()
    }
  }
  return (
    <form
      id={props.formId}
      class="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        void apply()
      }}
    >
      <Show when={error()}>{(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} />}</Show>
      <Switch>
        <Match when={preview.isError}>
          <ErrorNote {...failureOf(preview.error, i18n)} onRetry={() => void preview.refetch()} />
        </Match>
        <Match when={preview.data === undefined}>
          <Skeleton lines={6} />
        </Match>
        <Match when={preview.data}>
          {(report) => (
            <>
              <Show when={missing().length > 0}>
                <Checkbox
                  label={t('fleet.import.createMissing')}
                  hint={missing().slice(0, NAMED).join(', ') + (missing().length > NAMED ? ' …' : '')}
                  value={createMissing()}
                  onInput={setCreateMissing}
                />
              </Show>
              <ImportReportView report={report()} />
              <div class="space-y-2">
                <Show when={report().counts.error > 0}>
                  <Checkbox
                    label={tn('fleet.import.skipBad', report().counts.error)}
                    value={skipBad()}
                    onInput={setSkipBad}
                  />
                </Show>
                <Show when={session.may('terminals:enroll') && report().counts.new > 0}>
                  <Checkbox label={t('fleet.import.issueCode')} value={issueCode()} onInput={setIssueCode} />
                  <Show when={issueCode()}>
                    <HoursField value={hours()} onInput={setHours} class="ml-7.5 w-44" />
                  </Show>
                </Show>
              </div>
            </>
          )}
        </Match>
      </Switch>
    </form>
  )
}
