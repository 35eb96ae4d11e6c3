import { z } from 'zod'
import { api } from '../../../app/api'
import { useI18n } from '../../../i18n'
import { RadioGroup } from '../../../ui/choice-field'
import { createForm } from '../../../ui/form'
import { FormDialog } from '../../../ui/form/dialog'
import type { ShownSecret } from './secret-dialog'
import type { Webhook } from './words'

const Fields = z.object({ old: z.enum(['overlap', 'now']) })

/** Renews the secret: planned, with both signing for a day, or because it has leaked. */
export function RotateDialog(props: { webhook: Webhook; onClose(): void; onDone(shown: ShownSecret): void }) {
  const { t } = useI18n()
  const form = createForm({
    schema: Fields,
    initial: { old: 'overlap' },
    async submit({ old }) {
      const { id, name } = props.webhook
      const endOldNow = old === 'now'
      const { secret, oldSecretEndsAt } = await api.webhooks.rotateSecret.run({ webhookId: id, endOldNow })
      props.onDone({ name, secret, ...(endOldNow ? {} : { oldEndsAt: oldSecretEndsAt }) })
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('webhooks.rotate.title', { name: props.webhook.name })}
      description={t('webhooks.rotate.text')}
      action={t('webhooks.rotate.action')}
      isDangerous={form.field('old').value === 'now'}
    >
      <RadioGroup
        {...form.field('old')}
        label={t('webhooks.rotate.old')}
        onInput={(value) => form.field('old').onInput(value === 'now' ? 'now' : 'overlap')}
        options={[
          { value: 'overlap', label: t('webhooks.rotate.overlap'), hint: t('webhooks.rotate.overlapHint') },
          { value: 'now', label: t('webhooks.rotate.now'), hint: t('webhooks.rotate.nowHint') },
        ]}
      />
    </FormDialog>
  )
}
