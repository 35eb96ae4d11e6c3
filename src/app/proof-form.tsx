import { createSignal, Show } from 'solid-js'
import { z } from 'zod'
import { useI18n } from '../i18n'
import { PasswordField, TextField } from '../ui/field'
import { createForm } from '../ui/form'
import { refusalOf } from '../ui/form/refusal'
import { useSession } from './session'

const Typed = z.object({ password: z.string().min(1).max(200), code: z.string().trim().max(20) })

/** What signing in asks for, all at once; the server's shape. */
export interface Proof {
  password: string
  secondFactor?: { kind: 'totp' | 'backup'; code: string }
}

/** Asks for password and, of whoever has one, second factor. A server that knows of one the page has not heard of says so. */
export function createProofForm(submit: (proof: Proof) => Promise<void>) {
  const session = useSession()
  const [hasCode, setHasCode] = createSignal(session.operator?.twoFactorEnabled ?? false)
  const form = createForm({
    schema: Typed,
    initial: { password: '', code: '' },
    async submit({ password, code }) {
      try {
        await submit(code === '' ? { password } : { password, secondFactor: factorOf(code) })
      } catch (error) {
        if (refusalOf(error).code === 'code_needed') setHasCode(true)
        throw error
      }
    },
  })
  return Object.assign(form, { hasCode })
}

/** An authenticator shows six digits, often in two groups; a backup code is anything else. */
function factorOf(code: string): NonNullable<Proof['secondFactor']> {
  return { kind: /^\d{3}\s?\d{3}$/.test(code) ? 'totp' : 'backup', code }
}

export function ProofFields(props: { form: ReturnType<typeof createProofForm> }) {
  const { t } = useI18n()
  const session = useSession()
  return (
    <>
      {/* Tells password managers whose password is asked for. */}
      <input
        type="text"
        name="username"
        autocomplete="username"
        value={session.operator?.username ?? ''}
        readonly
        tabindex="-1"
        class="hidden"
      />
      <PasswordField
        {...props.form.field('password')}
        label={t('app.proof.password')}
        autocomplete="current-password"
      />
      <Show when={props.form.hasCode()}>
        <TextField
          {...props.form.field('code')}
          label={t('app.proof.code')}
          hint={t('app.proof.codeHint')}
          autocomplete="one-time-code"
          autocapitalize="none"
          maxLength={20}
          isCode
        />
      </Show>
    </>
  )
}
