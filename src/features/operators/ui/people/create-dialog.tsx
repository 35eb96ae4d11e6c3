import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { SelectField, TextField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { USERNAME_PATTERN } from '../../lists'
import { CreateOperatorInput, RoleName } from '../../schemas'
import { createLimits } from '../limits'
import { LimitsField } from '../limits-field'
import { newPassword } from './new-password'
import { RoleTable } from './role-table'

const NewOperator = CreateOperatorInput.pick({ name: true, email: true, role: true }).extend({
  username: z.string().trim().regex(USERNAME_PATTERN, 'account.setup.usernameWrong'),
})

/** Makes an operator with a password that is told once. */
export function CreateDialog(props: {
  onClose(): void
  onCreated(made: { username: string; password: string }): void
}) {
  const { t, lookup } = useI18n()
  const limits = createLimits()
  const form = createForm<Fields, Fields>({
    schema: NewOperator,
    initial: { username: '', role: 'viewer' },
    async submit(values) {
      if (limits.isEmpty()) return
      const password = newPassword()
      await api.operators.create.run({ ...values, password, visibility: limits.value() })
      props.onCreated({ username: values.username, password })
    },
  })
  const optional = (name: 'name' | 'email') => {
    const field = form.field(name)
    return {
      name,
      error: field.error,
      value: form.values[name] ?? '',
      onInput: (value: string) => field.onInput(value.trim() === '' ? undefined : value),
      onBlur: field.onBlur,
    }
  }
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('administration.operators.createTitle')}
      description={t('administration.operators.createText')}
      action={t('administration.operators.createAction')}
    >
      <TextField
        {...form.field('username')}
        label={t('administration.operators.username')}
        hint={t('administration.operators.usernameHint')}
        autocomplete="off"
        autocapitalize="none"
        isRequired
        isCode
      />
      <div class="grid gap-5 sm:grid-cols-2">
        <TextField {...optional('name')} label={t('administration.operators.name')} autocomplete="off" />
        <TextField
          {...optional('email')}
          label={t('administration.operators.email')}
          hint={t('administration.operators.emailHint')}
          type="email"
          autocomplete="off"
        />
      </div>
      <SelectField
        {...form.field('role')}
        onInput={(role) => form.field('role').onInput(RoleName.parse(role))}
        label={t('administration.operators.role')}
        hint={lookup(`administration.role.about.${form.values.role}`)}
        options={RoleName.options.map((role) => ({
          value: role,
          label: lookup(`app.role.${role}`) ?? role,
        }))}
      />
      <RoleTable role={form.values.role} />
      <LimitsField limits={limits} isTried={form.isTried()} />
    </FormDialog>
  )
}

interface Fields {
  username: string
  role: (typeof RoleName.options)[number]
  name?: string | undefined
  email?: string | undefined
}
