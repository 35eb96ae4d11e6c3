import { For, Show } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Checkbox } from '../../../../ui/choice-field'
import { SelectField, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { ALERT_SEVERITIES, KIND_FACTS } from '../../lists'
import type { AlertRecipientView, AlertRuleView } from '../../schemas'
import { kindKey } from '../words'

const MOST_MINUTES = 10_080
const MOST_ALONE = 200

const typed = (number: z.ZodNumber) => z.string().trim().min(1).transform(Number).pipe(number)
const minutes = typed(z.number().int().min(0).max(MOST_MINUTES))

/** Changes one rule. */
export function RuleDialog(props: {
  rule: AlertRuleView
  recipients: readonly AlertRecipientView[]
  onClose(): void
  onSaved(): void
}) {
  const { t } = useI18n()
  // The dialog is made anew for another rule.
  const { rule } = props
  const { about, threshold } = KIND_FACTS[rule.kind]
  const level =
    threshold === null
      ? z.string().transform(() => null)
      : typed(
          threshold.unit === 'days' || threshold.unit === 'runs'
            ? z.number().int().min(threshold.min).max(threshold.max)
            : z.number().min(threshold.min).max(threshold.max),
        )
  const form = createForm({
    schema: z.object({
      isOn: z.boolean(),
      severity: z.enum(ALERT_SEVERITIES),
      threshold: level,
      clearThreshold: threshold?.hasClear ? typed(z.number()) : z.string().transform(() => null),
      raiseAfterMinutes: minutes,
      clearAfterMinutes: minutes,
      quietMinutes: minutes,
      groupedFrom: typed(z.number().int().min(0).max(MOST_ALONE)),
      inBell: z.boolean(),
      recipientIds: z.array(z.string()),
    }),
    initial: {
      isOn: rule.isOn,
      severity: rule.severity,
      threshold: String(rule.threshold ?? ''),
      clearThreshold: String(rule.clearThreshold ?? ''),
      raiseAfterMinutes: String(rule.raiseAfterMinutes),
      clearAfterMinutes: String(rule.clearAfterMinutes),
      quietMinutes: String(rule.quietMinutes),
      groupedFrom: String(rule.groupedFrom),
      inBell: rule.inBell,
      recipientIds: [...rule.recipientIds],
    },
    async submit(values) {
      await api.alertRules.update.run({ kind: rule.kind, revision: rule.revision, ...values })
      props.onSaved()
    },
  })
  const number = (name: 'raiseAfterMinutes' | 'clearAfterMinutes' | 'quietMinutes' | 'groupedFrom') => (
    <TextField
      {...form.field(name)}
      label={t(`alerts.rules.field.${name}`)}
      hint={t(`alerts.rules.hint.${name}`)}
      inputMode="numeric"
      autocomplete="off"
      isRequired
    />
  )
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="large"
      title={t(kindKey(rule.kind))}
      description={t('alerts.rules.dialogText')}
    >
      <Checkbox {...form.field('isOn')} label={t('alerts.rules.field.isOn')} />
      <div class="grid items-start gap-5 sm:grid-cols-2">
        <SelectField
          {...form.field('severity')}
          label={t('alerts.severity.label')}
          options={ALERT_SEVERITIES.map((one) => ({ value: one, label: t(`alerts.severity.${one}`) }))}
          onInput={(value) =>
            form.field('severity').onInput(ALERT_SEVERITIES.find((one) => one === value) ?? rule.severity)
          }
        />
        <Show when={threshold}>
          {(facts) => (
            <TextField
              {...form.field('threshold')}
              label={t(`alerts.rules.thresholdIn.${facts().unit}`)}
              inputMode="decimal"
              autocomplete="off"
              isRequired
            />
          )}
        </Show>
        <Show when={threshold?.hasClear}>
          <TextField
            {...form.field('clearThreshold')}
            label={t('alerts.rules.field.clearThreshold')}
            hint={t('alerts.rules.hint.clearThreshold')}
            inputMode="decimal"
            autocomplete="off"
            isRequired
          />
        </Show>
        {number('raiseAfterMinutes')}
        {number('clearAfterMinutes')}
        {number('quietMinutes')}
        <Show when={about === 'terminals'}>{number('groupedFrom')}</Show>
      </div>
      <Checkbox {...form.field('inBell')} label={t('alerts.rules.field.inBell')} />
      <Recipients {...form.field('recipientIds')} recipients={props.recipients} />
    </FormDialog>
  )
}

function Recipients(props: {
  value: string[]
  onInput(value: string[]): void
  recipients: readonly AlertRecipientView[]
}) {
  const { t } = useI18n()
  const toggle = (id: string, isChosen: boolean) =>
    props.onInput(isChosen ? [...props.value, id] : props.value.filter((one) => one !== id))
  return (
    <fieldset>
      <legend class="mb-1.5 text-sm font-medium">{t('alerts.rules.mails')}</legend>
      <For each={props.recipients} fallback={<p class="text-sm text-muted">{t('alerts.rules.nobodyYet')}</p>}>
        {({ id, address }) => (
          <Checkbox
            label={address}
            value={props.value.includes(id)}
            onInput={(isChosen) => toggle(id, isChosen)}
          />
        )}
      </For>
    </fieldset>
  )
}
