import { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { PasswordField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { HiddenUsername } from './hidden-username'

const PasswordAgain = z.object({ password: z.string().min(1).max(200) })

/** Asks for the password again before something about the way in changes. */
export function createPasswordForm(submit: (password: string) => Promise<void>) {
  return createForm({
    schema: PasswordAgain,
    initial: { password: '' },
    submit: ({ password }) => submit(password),
  })
}

export function PasswordFields(props: { form: ReturnType<typeof createPasswordForm>; username: string }) {
  const { t } = useI18n()
  return (
    <>
      <HiddenUsername username={props.username} />
      <PasswordField
        {...props.form.field('password')}
        label={t('account.factor.password')}
        autocomplete="current-password"
      />
    </>
  )
}
