import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { CopyRule, type RuleView } from '../schemas'

const Fields = CopyRule.pick({ name: true })

/** Another rule of the same content, under another name. */
export function CopyDialog(props: {
  rule: Pick<RuleView, 'id' | 'name'>
  onClose(): void
  onDone(ruleId: string): void
}) {
  const { t } = useI18n()
  const form = createForm({
    schema: Fields,
    initial: { name: t('rules.do.copyName', { name: props.rule.name }).slice(0, 128) },
    async submit({ name }) {
      const { id } = await api.updateRules.copy.run({ ruleId: props.rule.id, name })
      props.onDone(id)
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('rules.do.copyTitle', { name: props.rule.name })}
      description={t('rules.do.copyText')}
      action={t('rules.do.copy')}
      size="small"
    >
      <TextField {...form.field('name')} isRequired label={t('rules.fact.name')} autocomplete="off" />
    </FormDialog>
  )
}
