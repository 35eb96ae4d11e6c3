import { createSignal, createUniqueId, Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { SelectField } from '../../../../ui/field'
import { Waiting } from '../../../../ui/waiting'
import { rulesFinder } from '../finders'
import { tidName } from '../words'
import { createAssignmentApply, createAssignmentPreview } from './input'
import { ReportView } from './report'

export interface AssignTarget {
  terminalId: string
  serial: string
  platform: string
  tids: readonly { acquirer: string; tid: string }[]
}

/** Assigns a rule to one terminal: choose it, see that it fits, done. */
export function AssignDialog(props: { target: AssignTarget; onClose(): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const formId = createUniqueId()
  const [rule, setRule] = createSignal<ComboOption | null>(null)
  const [place, setPlace] = createSignal('')
  const preview = createAssignmentPreview(() => {
    const ruleId = rule()?.value
    if (ruleId === undefined) return undefined
    const of = props.target.tids[Number(place())]
    return {
      ...{ ruleId, what: 'assign' },
      choice:
        place() === '' || of === undefined
          ? { by: 'terminals', terminalIds: [props.target.terminalId] }
          : { by: 'tids', tids: [of.tid], acquirer: of.acquirer },
    }
  })
  const apply = createAssignmentApply(() => preview)
  const isReady = () => preview.input() !== undefined && (preview.report()?.changes ?? 0) > 0
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isReady() && (await apply.run()) !== undefined) props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('profile.dialog.title', { serial: props.target.serial })}
      description={t('profile.dialog.text')}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button look="primary" type="submit" form={formId} disabled={!isReady()} isBusy={apply.isBusy()}>
            {t('profile.dialog.assign')}
          </Button>
        </>
      }
    >
      <form id={formId} class="space-y-5" onSubmit={(event) => void submit(event)}>
        <ComboField
          label={t('profile.assign.rule')}
          isRequired
          load={rulesFinder(i18n, () => props.target.platform)}
          value={rule()}
          onInput={(option) => {
            apply.forget()
            setRule(option)
          }}
        />
        <Show when={props.target.tids.length > 1}>
          <SelectField
            label={t('profile.dialog.place')}
            value={place()}
            placeholder={t('profile.dialog.allTids')}
            options={props.target.tids.map((one, index) => ({
              value: String(index),
              label: tidName(one),
            }))}
            onInput={setPlace}
          />
        </Show>
        <div aria-live="polite" class="space-y-4">
          <Show when={apply.isMoved()}>
            <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">{t('profile.report.moved')}</p>
          </Show>
          <Show when={apply.error() ?? preview.error()}>
            {(error) => <ErrorNote {...failureOf(error(), i18n)} />}
          </Show>
          <Switch>
            <Match when={preview.report()}>
              {(report) => <ReportView what="assign" report={report()} />}
            </Match>
            <Match when={preview.isWaiting()}>
              <Waiting text={t('profile.report.waiting')} />
            </Match>
          </Switch>
        </div>
      </form>
    </Dialog>
  )
}
