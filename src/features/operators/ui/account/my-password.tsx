import { useQueryClient } from '@tanstack/solid-query'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { PasswordField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { useToasts } from '../../../../ui/toast'
import { MIN_PASSWORD_CHARACTERS } from '../../lists'
import { Password } from '../../schemas'
import { HiddenUsername } from './hidden-username'

const PasswordChange = z
  .object({ currentPassword: z.string().min(1).max(200), newPassword: Password })
  .refine(({ currentPassword, newPassword }) => currentPassword !== newPassword, {
    path: ['newPassword'],
    message: 'account.password.same',
  })

export function MyPassword(props: { username: string }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const empty = { currentPassword: '', newPassword: '' }
  const form = createForm({
    schema: PasswordChange,
    initial: empty,
    async submit(values) {
      await sendToRoom('/password', values)
      form.reset(empty)
      await queries.invalidateQueries({ queryKey: api.account.key() })
      toasts.show({ kind: 'good', title: t('account.password.done'), text: t('account.password.doneText') })
    },
  })
  return (
    <Card title={t('account.password.title')}>
      <p class="mb-4 text-sm text-muted">{t('account.password.text')}</p>
      <Form form={form}>
        <HiddenUsername username={props.username} />
        <PasswordField
          {...form.field('currentPassword')}
          label={t('account.password.current')}
          autocomplete="current-password"
        />
        <PasswordField
          {...form.field('newPassword')}
          label={t('account.password.next')}
          hint={t('account.password.hint', { count: MIN_PASSWORD_CHARACTERS })}
          autocomplete="new-password"
        />
        <div>
          <Button type="submit" isBusy={form.isSubmitting()}>
            {t('account.password.submit')}
          </Button>
        </div>
      </Form>
    </Card>
  )
}
