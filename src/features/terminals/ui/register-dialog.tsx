import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, createUniqueId, Show } from 'solid-js'
import { api } from '../../../app/api'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button, ButtonLink } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Form } from '../../../ui/form'
import { FormFooter } from '../../../ui/form/dialog'
import { useToasts } from '../../../ui/toast'
import { IssueCode } from './issue-code'
import { createTerminalForm, TerminalFields } from './terminal-form'

/** Registers one terminal, and offers its enrolment code at once. */
export function RegisterDialog(props: { isOpen: boolean; onClose: () => void }) {
  return (
    <Show when={props.isOpen}>
      <Register onClose={props.onClose} />
    </Show>
  )
}

function Register(props: { onClose: () => void }) {
  const { t } = useI18n()
  const id = createUniqueId()
  const session = useSession()
  const queries = useQueryClient()
  const toasts = useToasts()
  const [saved, setSaved] = createSignal<{ id: string; serial: string }>()
  const made = createTerminalForm({
    async submit(serial, facts) {
      const terminal = await api.terminals.register.run({ serial, ...facts })
      setSaved(terminal)
      toasts.show({ kind: 'good', title: t('fleet.register.done', { serial: terminal.serial }) })
      void queries.invalidateQueries({ queryKey: api.status.key() })
    },
  })
  return (
    <Dialog
      isOpen
      size="large"
      onClose={props.onClose}
      title={
        saved()
          ? t('fleet.register.savedTitle', { serial: saved()?.serial ?? '' })
          : t('fleet.register.title')
      }
      description={saved() ? t('fleet.register.savedText') : t('fleet.register.text')}
      footer={
        <Show
          when={saved()}
          fallback={
            <FormFooter
              form={made.form}
              id={id}
              onClose={props.onClose}
              action={t('fleet.register.submit')}
            />
          }
        >
          {(terminal) => (
            <>
              <ButtonLink href={`/monitoring/status/${terminal().id}`}>{t('fleet.register.show')}</ButtonLink>
              <Button
                onClick={() => {
                  made.form.reset()
                  setSaved(undefined)
                }}
              >
                {t('fleet.register.another')}
              </Button>
              <Button look="primary" onClick={props.onClose}>
                {t('ui.done')}
              </Button>
            </>
          )}
        </Show>
      }
    >
      <Show
        when={saved()}
        fallback={
          <Form form={made.form} id={id}>
            <TerminalFields made={made} />
          </Form>
        }
      >
        {(terminal) => (
          <Show when={session.may('terminals:enroll')}>
            <IssueCode serials={[terminal().serial]} />
          </Show>
        )}
      </Show>
    </Dialog>
  )
}
