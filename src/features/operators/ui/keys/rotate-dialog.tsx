import { For, Show } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { RadioGroup } from '../../../../ui/choice-field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { useNow } from '../../../../ui/now'
import { WarningNote } from '../../../../ui/warning-note'
import { OVERLAP_HOURS } from '../../lists'
import type { ShownSecret } from './secret-dialog'
import { type ApiKey, retiringSecret } from './words'

const HOUR_MS = 3_600_000
const HOURS = { now: 0, hour: 1, day: OVERLAP_HOURS.default, week: 168, month: OVERLAP_HOURS.most } as const
const CHOICES = ['now', 'hour', 'day', 'week', 'month'] as const
const Fields = z.object({ overlap: z.enum(CHOICES) })

/** A new secret for a key: planned, with both working for a while, or at once because one has leaked. */
export function RotateDialog(props: { apiKey: ApiKey; onClose(): void; onDone(shown: ShownSecret): void }) {
  const { t, format } = useI18n()
  const now = useNow()
  const { apiKey } = props
  const form = createForm({
    schema: Fields,
    initial: { overlap: 'day' } as z.input<typeof Fields>,
    async submit({ overlap }) {
      const { id, name, scopes } = apiKey
      const { key, oldEndsAt } = await api.apiKeys.rotate.run({
        apiKeyId: id,
        overlapHours: HOURS[overlap],
      })
      props.onDone({ id, name, key, scopes, oldEndsAt })
    },
  })
  const overlap = () => form.field('overlap')
  const isAtOnce = () => overlap().value === 'now'
  const end = () => {
    const wanted = now() + HOURS[overlap().value] * HOUR_MS
    return apiKey.expiresAt === null ? wanted : Math.min(wanted, Date.parse(apiKey.expiresAt))
  }
  const retiring = () => retiringSecret(apiKey, now())
  const warnings = () => {
    const found = retiring()
    return found === undefined ? [] : [t('apiKeys.rotate.oldest', { hint: found.hint ?? '' })]
  }
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('apiKeys.rotate.title', { name: apiKey.name })}
      description={t('apiKeys.rotate.text')}
      action={t('apiKeys.rotate.action')}
      isDangerous={isAtOnce()}
    >
      <RadioGroup
        {...overlap()}
        label={t('apiKeys.rotate.overlap')}
        onInput={(value) => overlap().onInput(CHOICES.find((one) => one === value) ?? 'day')}
        options={CHOICES.map((value) => ({
          value,
          label: t(`apiKeys.rotate.for.${value}`),
          ...(value === 'now' ? { hint: t('apiKeys.rotate.atOnceHint') } : {}),
        }))}
      />
      <p class="text-sm" role="status">
        {isAtOnce()
          ? t('apiKeys.rotate.endsNow')
          : t('apiKeys.rotate.endsAt', { time: format.dateTime(end()) })}
      </p>
      <Show when={warnings().length > 0}>
        <ul>
          <For each={warnings()}>{(text) => <WarningNote text={text} />}</For>
        </ul>
      </Show>
    </FormDialog>
  )
}
