import { useQuery } from '../../../../../app/query'
import { useI18n } from '../../../../../i18n'
import { ComboManyField } from '../../../../../ui/combo-field'
import { TextArea, TextField } from '../../../../../ui/field'
import type { FormState } from '../../../../../ui/form/state'
import { findComponents, findModels } from '../choices'
import { packagePlatform } from '../words'
import type { PackageForm } from './package-form'

/** What an operator says of the package; filled in from what it says of itself. */
export function PackageFields(props: { form: FormState<PackageForm>; isFrozen: boolean }) {
  const { t } = useI18n()
  const platform = () => packagePlatform(props.form.values.platform)
  const components = useQuery(() => ({
    queryKey: ['packages', 'components', platform()],
    queryFn: async () => (await findComponents(platform(), '')).map(({ value }) => value),
    enabled: platform() !== undefined,
  }))
  return (
    <>
      <div class="grid gap-5 sm:grid-cols-2">
        <TextField
          {...props.form.field('component')}
          isRequired
          label={t('packages.fact.component')}
          hint={t('packages.upload.componentHint')}
          suggestions={components.data ?? []}
          autocomplete="off"
          autocapitalize="none"
          disabled={props.isFrozen}
        />
        <TextField
          {...props.form.field('version')}
          isRequired
          isCode
          label={t('packages.fact.version')}
          hint={t('packages.upload.versionHint')}
          autocomplete="off"
          autocapitalize="none"
          disabled={props.isFrozen}
        />
        <ComboManyField
          {...props.form.field('models')}
          label={t('packages.fact.models')}
          hint={t('packages.upload.modelsHint')}
          placeholder={t('packages.upload.modelsPlaceholder')}
          load={(search) => findModels(search, t('packages.upload.modelOwn'))}
          disabled={props.isFrozen}
        />
        <TextField
          {...props.form.field('fromVersion')}
          isCode
          label={t('packages.fact.fromVersion')}
          hint={t('packages.upload.fromVersionHint')}
          placeholder={t('packages.anyVersion')}
          autocomplete="off"
          autocapitalize="none"
          disabled={props.isFrozen}
        />
      </div>
      <TextArea
        {...props.form.field('notes')}
        rows={3}
        label={t('packages.fact.notes')}
        hint={t('packages.upload.notesHint')}
        disabled={props.isFrozen}
      />
    </>
  )
}
