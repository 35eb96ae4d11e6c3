import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { SelectField } from '../../../../ui/field'
import { ApplyDialog } from '../choose/apply-dialog'
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
  return (
    <ApplyDialog
      title={t('profile.dialog.title', { serial: props.target.serial })}
      description={t('profile.dialog.text')}
      action={t('profile.dialog.assign')}
      preview={preview}
      apply={apply}
      onClose={() => props.onClose()}
      fields={
        <>
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
        </>
      }
    >
      {(report) => <ReportView what="assign" report={report()} />}
    </ApplyDialog>
  )
}
