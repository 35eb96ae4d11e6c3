import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { TextArea } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { type AppView, ChangeApp } from '../schemas'
import { labelOf } from './words'

const Fields = ChangeApp.pick({ notes: true }).required()

/** What is noted of an application: all of it that may change. */
export function NotesDialog(props: { shown: AppView; onClose(): void; onDone(): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const form = createForm({
    schema: Fields,
    initial: { notes: props.shown.notes },
    async submit({ notes }) {
      await api.apps.update.run({ appId: props.shown.id, notes })
      props.onDone()
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('applications.page.notesTitle', { name: labelOf(props.shown, i18n) })}
      size="small"
    >
      <TextArea
        {...form.field('notes')}
        rows={5}
        label={t('applications.fact.notes')}
        hint={t('applications.page.notesHint')}
      />
    </FormDialog>
  )
}
