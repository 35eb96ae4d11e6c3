import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { DateField, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { CreateApiKeyInput } from '../../schemas'
import { createLimits } from '../limits'
import { LimitsField } from '../limits-field'
import { ScopesField } from './scopes-field'

export interface MadeKey {
  name: string
  key: string
  scopes: readonly string[]
}

const NewKey = CreateApiKeyInput.pick({ name: true, scopes: true }).extend({
  /** A day as the field gives it, or nothing. */
  validTo: z.string(),
})

/** Makes a key, which is told once. */
export function CreateKeyDialog(props: { onClose(): void; onCreated(made: MadeKey): void }) {
  const { t } = useI18n()
  const limits = createLimits()
  const form = createForm({
    schema: NewKey,
    initial: { name: '', scopes: [], validTo: '' },
    async submit({ name, scopes, validTo }) {
      if (limits.isEmpty()) return
      const { key } = await api.apiKeys.create.run({
        name,
        scopes,
        visibility: limits.value(),
        ...(validTo === '' ? {} : { expiresAt: endOf(validTo) }),
      })
      props.onCreated({ name, key, scopes })
    },
  })
  const scopes = () => form.field('scopes')
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="large"
      title={t('administration.keys.createTitle')}
      description={t('administration.keys.text')}
      action={t('administration.keys.create')}
    >
      <div class="grid gap-5 sm:grid-cols-2">
        <TextField
          {...form.field('name')}
          label={t('administration.keys.name')}
          hint={t('administration.keys.nameHint')}
          autocomplete="off"
          maxLength={100}
          isRequired
        />
        <DateField
          {...form.field('validTo')}
          label={t('administration.keys.expires')}
          hint={t('administration.keys.expiresHint')}
          min={today()}
        />
      </div>
      <ScopesField
        value={scopes().value}
        onInput={(chosen) => scopes().onInput(chosen)}
        error={scopes().error === undefined ? undefined : t('administration.keys.scopesMissing')}
      />
      <LimitsField limits={limits} isTried={form.isTried()} />
    </FormDialog>
  )
}

/** Midnight after the day, where the person is. */
function endOf(day: string): string {
  const end = new Date(`${day}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return end.toISOString()
}

function today(): string {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}
