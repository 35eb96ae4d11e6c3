import { z } from 'zod'
import { api } from '../../../app/api'
import { useI18n } from '../../../i18n'
import { RadioGroup } from '../../../ui/choice-field'
import { createForm } from '../../../ui/form'
import { FormDialog } from '../../../ui/form/dialog'
import type { Webhook } from './words'

const Fields = z.object({ from: z.enum(['stop', 'now']) })

/** Has a disabled webhook send again, from where it stopped or from now on. */
export function EnableDialog(props: { webhook: Webhook; onClose(): void; onDone(): void }) {
  const { t } = useI18n()
  const form = createForm({
    schema: Fields,
    initial: { from: 'stop' },
    async submit({ from }) {
      await api.webhooks.enable.run({ webhookId: props.webhook.id, skipMissed: from === 'now' })
      props.onDone()
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('webhooks.enable.title', { name: props.webhook.name })}
      action={t('webhooks.enable.action')}
    >
      <RadioGroup
        {...form.field('from')}
        label={t('webhooks.enable.from')}
        onInput={(value) => form.field('from').onInput(value === 'now' ? 'now' : 'stop')}
        options={[
          { value: 'stop', label: t('webhooks.enable.stop'), hint: t('webhooks.enable.stopHint') },
          { value: 'now', label: t('webhooks.enable.now'), hint: t('webhooks.enable.nowHint') },
        ]}
      />
    </FormDialog>
  )
}
