import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, createUniqueId, Match, onMount, Switch } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { Dialog } from '../../../../ui/dialog'
import { TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { FormFooter } from '../../../../ui/form/dialog'
import { QrCode } from '../../../../ui/qr'
import { useToasts } from '../../../../ui/toast'
import { BackupCodes } from './backup-codes'
import { createPasswordForm, PasswordFields } from './password-form'

const Code = z.object({ code: z.string().trim().min(1).max(20) })

interface Prepared {
  totpUri: string
  backupCodes: string[]
}

/** Password, then the app and its first code, then the backup codes. Shut before that, nothing has changed. */
export function EnableDialog(props: { name: string; onClose(): void; onDone?: () => void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const id = createUniqueId()
  const [prepared, setPrepared] = createSignal<Prepared>()
  const [isConfirmed, setConfirmed] = createSignal(false)
  const step = () => (isConfirmed() ? 'codes' : prepared() === undefined ? 'password' : 'app')

  const passwordForm = createPasswordForm(async (password) => {
    setPrepared(await sendToRoom<Prepared>('/two-factor/enable', { password }))
  })
  const codeForm = createForm({
    schema: Code,
    initial: { code: '' },
    async submit({ code }) {
      await sendToRoom('/two-factor/confirm', { code })
      setConfirmed(true)
      toasts.show({ kind: 'good', title: t('account.factor.enabled') })
    },
  })
  // The account is asked anew only now: the card that opened this window changes with it.
  const finish = () => {
    props.onClose()
    if (props.onDone) props.onDone()
    else void queries.invalidateQueries({ queryKey: api.account.key() })
  }
  const descriptions = {
    password: () => t('account.factor.passwordText'),
    app: () => t('account.factor.scan'),
    codes: () => undefined,
  }

  return (
    <Dialog
      isOpen
      onClose={() => !isConfirmed() && props.onClose()}
      size="small"
      title={t(isConfirmed() ? 'account.factor.codesTitle' : 'account.factor.enableTitle')}
      description={descriptions[step()]()}
      footer={
        <Switch>
          <Match when={step() === 'codes'}>
            <Button look="primary" onClick={finish}>
              {t('account.factor.haveSaved')}
            </Button>
          </Match>
          <Match when={true}>
            <FormFooter
              form={step() === 'password' ? passwordForm : codeForm}
              id={id}
              onClose={props.onClose}
              action={t(step() === 'password' ? 'account.factor.next' : 'account.factor.confirm')}
            />
          </Match>
        </Switch>
      }
    >
      <Switch>
        <Match when={step() === 'password'}>
          <Form form={passwordForm} id={id}>
            <PasswordFields form={passwordForm} username={props.name} />
          </Form>
        </Match>
        <Match when={step() === 'app' && prepared()}>
          {(made) => (
            <div class="space-y-5" ref={focusCode}>
              <QrCode text={made().totpUri} title={t('account.factor.qr')} class="mx-auto size-52" />
              <CodeBlock
                label={t('account.factor.secret')}
                text={secretOf(made().totpUri)}
                copyLabel={t('account.factor.copySecret')}
              />
              <Form form={codeForm} id={id}>
                <TextField
                  {...codeForm.field('code')}
                  label={t('account.factor.confirmCode')}
                  autocomplete="one-time-code"
                  inputMode="numeric"
                  maxLength={7}
                  isCode
                />
              </Form>
            </div>
          )}
        </Match>
        <Match when={step() === 'codes'}>
          <BackupCodes codes={prepared()?.backupCodes ?? []} name={props.name} />
        </Match>
      </Switch>
    </Dialog>
  )
}

/** The field that had the focus has gone with its step. */
function focusCode(step: HTMLElement): void {
  onMount(() => step.querySelector('input')?.focus())
}

/** In groups of four, as apps want it typed. */
function secretOf(uri: string): string {
  return (new URL(uri).searchParams.get('secret') ?? '').replace(/(.{4})(?=.)/g, '$1 ')
}
