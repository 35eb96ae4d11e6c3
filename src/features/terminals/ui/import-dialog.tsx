import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, createUniqueId, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import type { Outputs } from '../../../client'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { useToasts } from '../../../ui/toast'
import { EnrolmentCode } from './enrolment-code'
import { ImportCheck } from './import-check'
import { ImportSource } from './import-source'

type ImportResult = Outputs['terminals']['applyImport']

/** Registers many terminals by a CSV: shown row by row first, saved only then. */
export function ImportDialog(props: { isOpen: boolean; onClose: () => void }) {
  return (
    <Show when={props.isOpen}>
      <Import onClose={props.onClose} />
    </Show>
  )
}

function Import(props: { onClose: () => void }) {
  const { t, tn } = useI18n()
  const formId = createUniqueId()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [uploadId, setUploadId] = createSignal<string>()
  const [done, setDone] = createSignal<ImportResult>()
  const [step, setStep] = createSignal({ isReady: false, isBusy: false, count: 0 })

  const finish = (result: ImportResult) => {
    setDone(result)
    toasts.show({ kind: 'good', title: tn('fleet.import.done', result.counts.new) })
    for (const key of [api.status.key(), api.groups.key(), api.merchants.key(), api.enrollmentCodes.key()])
      void queries.invalidateQueries({ queryKey: key })
  }
  const restart = () => {
    setUploadId(undefined)
    setStep({ isReady: false, isBusy: false, count: 0 })
  }
  const description = () => {
    if (done() === undefined) return t('fleet.import.text')
    return done()?.enrollment ? t('fleet.import.savedText') : undefined
  }
  return (
    <Dialog
      isOpen
      size="large"
      onClose={props.onClose}
      title={t('fleet.import.title')}
      description={description()}
      footer={
        <Show
          when={done()}
          fallback={
            <>
              <Show when={uploadId()} fallback={<Button onClick={props.onClose}>{t('ui.cancel')}</Button>}>
                <Button onClick={restart}>{t('fleet.import.another')}</Button>
              </Show>
              <Button
                look="primary"
                type="submit"
                form={formId}
                disabled={!step().isReady}
                isBusy={step().isBusy}
              >
                {uploadId() ? tn('fleet.import.apply', step().count) : t('fleet.import.check')}
              </Button>
            </>
          }
        >
          <Button look="primary" onClick={props.onClose}>
            {t('ui.done')}
          </Button>
        </Show>
      }
    >
      <Switch>
        <Match when={done()}>{(result) => <Saved result={result()} />}</Match>
        <Match when={uploadId()} keyed>
          {(id) => <ImportCheck formId={formId} uploadId={id} onStep={setStep} onDone={finish} />}
        </Match>
        <Match when={true}>
          <ImportSource formId={formId} onStep={setStep} onSent={setUploadId} />
        </Match>
      </Switch>
    </Dialog>
  )
}

function Saved(props: { result: ImportResult }) {
  const { tn } = useI18n()
  return (
    <div class="space-y-5">
      <p class="text-base font-medium">{tn('fleet.import.done', props.result.counts.new)}</p>
      <Show when={props.result.enrollment}>
        {(issued) => (
          <EnrolmentCode
            code={{
              ...issued(),
              serials: props.result.terminals.map((one) => one.serial),
              count: issued().terminals,
            }}
          />
        )}
      </Show>
    </div>
  )
}
