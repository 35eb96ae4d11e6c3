import { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { NewAppVersion } from '../schemas'

const Fields = z.object({ reason: NewAppVersion.shape.override.unwrap().shape.reason })

/** An administrator lets in what another signer made, and says why. */
export function OverrideForm(props: { onReason(reason: string): Promise<void> }) {
  const { t } = useI18n()
  const form = createForm({
    schema: Fields,
    initial: { reason: '' },
    submit: ({ reason }) => props.onReason(reason),
  })
  return (
    <Form form={form}>
      <div class="flex flex-wrap items-start gap-3">
        <TextField
          class="min-w-64 flex-1"
          {...form.field('reason')}
          isRequired
          label={t('applications.override.reason')}
          hint={t('applications.override.hint')}
          maxLength={500}
        />
        <Button type="submit" look="danger" class="mt-6.5 max-sm:mt-0" isBusy={form.isSubmitting()}>
          {t('applications.override.action')}
        </Button>
      </div>
    </Form>
  )
}
