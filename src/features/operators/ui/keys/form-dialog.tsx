import { createResource, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { ErrorNote } from '../../../../ui/error-note'
import { DateField, TextArea, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { Skeleton } from '../../../../ui/skeleton'
import { PERMISSION_TABLE } from '../../schemas'
import { createLimits } from '../limits'
import { LimitsField } from '../limits-field'
import { endOf, KeyFields, lastDayOf, today } from './fields'
import { ScopesTable } from './scopes-table'
import type { ShownSecret } from './secret-dialog'
import type { ApiKey } from './words'

/** Makes a key, whose secret is told once, or changes one. */
export function KeyFormDialog(props: {
  /** Undefined for a new one. */
  apiKey: ApiKey | undefined
  onClose(): void
  /** The secret is there for a new one alone. */
  onSaved(name: string, secret: ShownSecret | undefined): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const { apiKey } = props
  const limits = createLimits()
  const [isLoaded, { refetch }] = createResource(async () => {
    await limits.load(apiKey?.visibility ?? { kind: 'all' })
    return true
  })
  const lastDay = lastDayOf(apiKey?.expiresAt ?? null)
  const form = createForm({
    schema: KeyFields,
    initial: {
      name: apiKey?.name ?? '',
      scopes: PERMISSION_TABLE.map(({ name }) => name).filter((name) => apiKey?.scopes.includes(name)),
      validTo: lastDay,
      allowedAddresses: (apiKey?.allowedAddresses ?? []).join('\n'),
      requestsPerMinute: String(apiKey?.requestsPerMinute ?? ''),
    },
    async submit({ validTo, requestsPerMinute, ...fields }) {
      if (limits.isEmpty()) return
      const { name, scopes } = fields
      const common = { ...fields, visibility: limits.value() }
      if (apiKey !== undefined) {
        const end = validTo === '' ? null : endOf(validTo)
        // An end that nobody touched stays to the second: it need not be midnight, nor midnight here.
        const changed = validTo === lastDay ? {} : { expiresAt: end }
        await api.apiKeys.update.run({ ...common, ...changed, requestsPerMinute, apiKeyId: apiKey.id })
        return props.onSaved(name, undefined)
      }
      const { id, key } = await api.apiKeys.create.run({
        ...common,
        ...(validTo === '' ? {} : { expiresAt: endOf(validTo) }),
        ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
      })
      props.onSaved(name, { id, name, key, scopes })
    },
  })
  const scopes = () => form.field('scopes')
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="large"
      title={apiKey === undefined ? t('apiKeys.createTitle') : t('apiKeys.editTitle', { name: apiKey.name })}
      description={t(apiKey === undefined ? 'apiKeys.createText' : 'apiKeys.editText')}
      action={apiKey === undefined ? t('apiKeys.createAction') : undefined}
      isLoading={isLoaded.state !== 'ready'}
    >
      <div class="grid gap-5 sm:grid-cols-2">
        <TextField
          {...form.field('name')}
          label={t('apiKeys.name')}
          hint={t('apiKeys.nameHint')}
          autocomplete="off"
          maxLength={100}
          isRequired
        />
        <DateField
          {...form.field('validTo')}
          label={t('apiKeys.expires')}
          hint={t('apiKeys.expiresHint')}
          min={today()}
        />
      </div>
      <ScopesTable
        value={scopes().value}
        onInput={(chosen) => scopes().onInput(chosen)}
        error={scopes().error === undefined ? undefined : t('apiKeys.scopes.missing')}
      />
      <Show
        when={isLoaded.state !== 'errored'}
        fallback={<ErrorNote {...failureOf(isLoaded.error, i18n)} onRetry={() => void refetch()} />}
      >
        <Show when={isLoaded.state === 'ready'} fallback={<Skeleton lines={3} />}>
          <LimitsField label={t('apiKeys.limits')} limits={limits} isTried={form.isTried()} />
        </Show>
      </Show>
      <div class="grid gap-5 sm:grid-cols-2">
        <TextArea
          {...form.field('allowedAddresses')}
          label={t('apiKeys.addresses.label')}
          hint={t('apiKeys.addresses.hint')}
          rows={4}
          isCode
        />
        <TextField
          {...form.field('requestsPerMinute')}
          label={t('apiKeys.rate.label')}
          hint={t('apiKeys.rate.hint')}
          inputMode="numeric"
          autocomplete="off"
        />
      </div>
    </FormDialog>
  )
}
