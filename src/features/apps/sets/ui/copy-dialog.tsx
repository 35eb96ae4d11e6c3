import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { CopySet, type SetView } from '../schemas'

const Fields = CopySet.pick({ name: true })

/** Another set of the same content, under another name. */
export function CopyDialog(props: {
  set: Pick<SetView, 'id' | 'name'>
  onClose(): void
  onDone(setId: string): void
}) {
  const { t } = useI18n()
  const form = createForm({
    schema: Fields,
    initial: { name: t('rules.do.copyName', { name: props.set.name }).slice(0, 128) },
    async submit({ name }) {
      const { id } = await api.appSets.copy.run({ setId: props.set.id, name })
      props.onDone(id)
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('rules.do.copyTitle', { name: props.set.name })}
      description={t('sets.do.copyText')}
      action={t('rules.do.copy')}
      size="small"
    >
      <TextField {...form.field('name')} isRequired label={t('rules.fact.name')} autocomplete="off" />
    </FormDialog>
  )
}
