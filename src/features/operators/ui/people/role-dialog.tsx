import { createUniqueId } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { SelectField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { RoleName } from '../../schemas'
import type { Operator } from './operator'
import { RoleTable } from './role-table'

const Fields = z.object({ role: RoleName })

export function RoleDialog(props: { operator: Operator; onClose(): void; onDone(text: string): void }) {
  const { t, lookup } = useI18n()
  const id = createUniqueId()
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
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('administration.operators.roleTitle', { name: props.operator.username })}
      description={t('administration.operators.roleText')}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button type="submit" form={id} look="primary" isBusy={form.isSubmitting()}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <Form form={form} id={id}>
        <SelectField
          {...form.field('role')}
          onInput={(role) => form.field('role').onInput(RoleName.parse(role))}
          label={t('administration.operators.role')}
          options={RoleName.options.map((role) => ({ value: role, label: nameOf(role) }))}
        />
        <RoleTable role={form.values.role} />
      </Form>
    </Dialog>
  )
}
