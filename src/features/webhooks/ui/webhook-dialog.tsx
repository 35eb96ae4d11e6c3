import { createResource, For, Show } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { Checkbox } from '../../../ui/choice-field'
import { ErrorNote } from '../../../ui/error-note'
import { TextField } from '../../../ui/field'
import { createForm } from '../../../ui/form'
import { FormDialog } from '../../../ui/form/dialog'
import { Skeleton } from '../../../ui/skeleton'
import { createLimits } from '../../operators/ui/limits'
import { LimitsField } from '../../operators/ui/limits-field'
import { EVENT_TYPES, type EventType } from '../lists'
import { CreateWebhookInput } from '../schemas'
import type { Webhook } from './words'

const Fields = CreateWebhookInput.pick({ name: true, url: true, eventTypes: true })

/** Makes a webhook, or changes one. */
export function WebhookDialog(props: {
  /** Undefined for a new one. */
  webhook: Webhook | undefined
  onClose(): void
  /** The secret is there for a new one alone, this once. */
  onSaved(saved: { name: string; secret: string | undefined }): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const limits = createLimits()
  const [isLoaded, { refetch }] = createResource(async () => {
    await limits.load(props.webhook?.visibility ?? { kind: 'all' })
    return true
  })
  const form = createForm({
    schema: Fields,
    initial: {
      name: props.webhook?.name ?? '',
      url: props.webhook?.url ?? '',
      eventTypes: props.webhook?.eventTypes ?? [...EVENT_TYPES],
    },
    async submit(values) {
      if (limits.isEmpty()) return
      const input = { ...values, visibility: limits.value() }
      const secret =
        props.webhook === undefined
          ? (await api.webhooks.create.run(input)).secret
          : void (await api.webhooks.update.run({ ...input, webhookId: props.webhook.id }))
      props.onSaved({ name: values.name, secret: secret ?? undefined })
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      size="large"
      title={t(props.webhook === undefined ? 'webhooks.createTitle' : 'webhooks.editTitle')}
      description={props.webhook === undefined ? t('webhooks.createText') : undefined}
      action={props.webhook === undefined ? t('webhooks.createAction') : undefined}
      isLoading={isLoaded.state !== 'ready'}
    >
      <TextField
        {...form.field('name')}
        label={t('webhooks.name')}
        hint={t('webhooks.nameHint')}
        autocomplete="off"
        maxLength={100}
        isRequired
      />
      <TextField
        {...form.field('url')}
        label={t('webhooks.url')}
        hint={t('webhooks.urlHint')}
        autocomplete="off"
        maxLength={2000}
        isCode
        isRequired
      />
      <EventTypesField {...form.field('eventTypes')} />
      <Show
        when={isLoaded.state !== 'errored'}
        fallback={<ErrorNote {...failureOf(isLoaded.error, i18n)} onRetry={() => void refetch()} />}
      >
        <Show when={isLoaded.state === 'ready'} fallback={<Skeleton lines={3} />}>
          <LimitsField label={t('webhooks.limits')} limits={limits} isTried={form.isTried()} />
        </Show>
      </Show>
    </FormDialog>
  )
}

function EventTypesField(props: { value: EventType[]; onInput(value: EventType[]): void; error?: string }) {
  const { t, lookup } = useI18n()
  const toggle = (type: EventType, isChosen: boolean) =>
    props.onInput(isChosen ? [...props.value, type] : props.value.filter((one) => one !== type))
  return (
    <fieldset>
      <legend class="mb-1.5 text-sm font-medium">{t('webhooks.events')}</legend>
      <For each={EVENT_TYPES}>
        {(type) => (
          <Checkbox
            label={lookup(`webhooks.event.${type.replace('.', '_')}`) ?? type}
            value={props.value.includes(type)}
            onInput={(isChosen) => toggle(type, isChosen)}
            {...(props.error === undefined ? {} : { error: t('webhooks.eventsMissing') })}
          />
        )}
      </For>
    </fieldset>
  )
}
