import { useQueryClient } from '@tanstack/solid-query'
import type { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { TimeAgo } from '../../../../ui/time-ago'
import { useToasts } from '../../../../ui/toast'
import { type AccountView, UpdateAccountInput } from '../../schemas'

/** Stands for an e-mail that nobody has given. */
const NO_EMAIL = '.invalid'

/** Name and e-mail, and what an administrator has decided about the account. */
export function MyData(props: { me: z.infer<typeof AccountView> }) {
  const { t, lookup, format } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const email = props.me.email.endsWith(NO_EMAIL) ? '' : props.me.email
  const form = createForm({
    schema: UpdateAccountInput,
    initial: { name: props.me.name, ...(email === '' ? {} : { email }) },
    async submit(values) {
      await api.account.update.run(values)
      await queries.invalidateQueries({ queryKey: api.account.key() })
      toasts.show({ kind: 'good', title: t('account.me.saved') })
    },
  })
  const sees = () => {
    const { visibility } = props.me
    if (visibility.kind === 'all') return t('account.me.seesAll')
    return t('account.me.seesLimited', {
      groups: visibility.groupIds.length,
      merchants: visibility.merchantIds.length,
    })
  }
  const field = {
    name: () => form.field('name'),
    email: () => form.field('email'),
  }
  return (
    <Card title={t('account.me.title')}>
      <Facts
        class="mb-5 xl:!grid-cols-2"
        facts={[
          { name: t('account.me.username'), value: props.me.username },
          { name: t('account.me.role'), value: lookup(`app.role.${props.me.role}`) },
          { name: t('account.me.sees'), value: sees() },
          { name: t('account.me.lastSignIn'), value: <TimeAgo at={props.me.lastSignInAt} /> },
        ]}
      />
      <p class="mb-5 rounded-lg bg-raised px-3.5 py-2.5 text-sm">
        {`${t('account.me.sessionEnds')} `}
        <TimeAgo at={props.me.session.expiresAt} />
        {`, ${t('account.me.idle', { duration: format.duration(props.me.session.idleMinutes * 60) })}`}
      </p>
      <Form form={form}>
        <TextField
          {...field.name()}
          value={form.values.name ?? ''}
          label={t('account.me.name')}
          autocomplete="name"
          maxLength={100}
        />
        <TextField
          {...field.email()}
          value={form.values.email ?? ''}
          onInput={(value) => field.email().onInput(value.trim() === '' ? undefined : value)}
          label={t('account.me.email')}
          type="email"
          autocomplete="email"
        />
        <div>
          <Button type="submit" isBusy={form.isSubmitting()}>
            {t('account.me.save')}
          </Button>
        </div>
      </Form>
    </Card>
  )
}
