import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { SelectField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { RoleName } from '../../schemas'
import type { Operator } from './operator'
import { RoleTable } from './role-table'

const Fields = z.object({ role: RoleName })

export function RoleDialog(props: { operator: Operator; onClose(): void; onDone(text: string): void }) {
  const { t, lookup } = useI18n()
  const nameOf = (role: string) => lookup(`app.role.${role}`) ?? role
  const form = createForm({
    schema: Fields,
    initial: { role: props.operator.role },
    async submit({ role }) {
      await api.operators.setRole.run({ operatorId: props.operator.id, role })
      const { username } = props.operator
      props.onDone(t('administration.operators.roleDone', { name: username, role: nameOf(role) }))
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('administration.operators.roleTitle', { name: props.operator.username })}
      description={t('administration.operators.roleText')}
    >
      <SelectField
        {...form.field('role')}
        onInput={(role) => form.field('role').onInput(RoleName.parse(role))}
        label={t('administration.operators.role')}
        hint={lookup(`administration.role.about.${form.values.role}`)}
        options={RoleName.options.map((role) => ({ value: role, label: nameOf(role) }))}
      />
      <RoleTable role={form.values.role} />
    </FormDialog>
  )
}
