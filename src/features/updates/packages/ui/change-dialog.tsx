import { Show } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { useI18n } from '../../../../i18n'
import { ComboManyField } from '../../../../ui/combo-field'
import { TextArea } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { ChangePackage, type PackageView } from '../schemas'
import { findModels, toOptions } from './choices'
import { nameOf } from './words'

const Fields = z.object({
  models: z.array(z.object({ value: z.string(), label: z.string() })).max(50),
  notes: ChangePackage.shape.notes.unwrap(),
})

/** Whom a package is for and what is noted of it: all that may change. */
export function ChangeDialog(props: { shown: PackageView; onClose(): void; onDone(): void }) {
  const { t } = useI18n()
  const isLimited = useIsLimited()
  /** Rules reach terminals that the visitor does not see. */
  const mayChangeModels = () => isLimited() === false || props.shown.rules.length === 0
  const form = createForm({
    schema: Fields,
    initial: { models: toOptions(props.shown.models), notes: props.shown.notes },
    async submit({ models, notes }) {
      await api.packages.update.run({
        packageId: props.shown.id,
        ...(mayChangeModels() ? { models: models.map(({ value }) => value) } : {}),
        notes,
      })
      props.onDone()
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('packages.page.editTitle', { name: nameOf(props.shown) })}
      description={t('packages.page.editText')}
    >
      <Show when={mayChangeModels()}>
        <ComboManyField
          {...form.field('models')}
          label={t('packages.fact.models')}
          hint={t('packages.upload.modelsHint')}
          placeholder={t('packages.upload.modelsPlaceholder')}
          load={(search) => findModels(search, t('packages.upload.modelOwn'))}
        />
      </Show>
      <TextArea
        {...form.field('notes')}
        label={t('packages.fact.notes')}
        hint={t('packages.upload.notesHint')}
      />
    </FormDialog>
  )
}
