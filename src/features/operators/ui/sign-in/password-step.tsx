import { createSignal, onMount } from 'solid-js'
import { sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { PasswordField, TextField } from '../../../../ui/field'
import { RefusalNote } from './refusal-note'

/** User name or e-mail, and password. Plain fields: a form with schemas would weigh more than the page. */
export function PasswordStep(props: {
  /** What brought the person back here, such as a second factor that took too long. */
  problem: unknown
  login: string
  onLogin(login: string): void
  onSignedIn(): void
  onSecondFactor(): void
}) {
  const { t } = useI18n()
  const [password, setPassword] = createSignal('')
  const [error, setError] = createSignal<unknown>(props.problem)
  const [missing, setMissing] = createSignal({ login: false, password: false })
  const [isCapsLock, setCapsLock] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  const [isAlive, setAlive] = createSignal(false)
  let form: HTMLFormElement | undefined

  const focus = (name: 'login' | 'password') =>
    form?.querySelector<HTMLInputElement>(`[name="${name === 'login' ? 'username' : 'password'}"]`)?.focus()
  onMount(() => {
    setAlive(true)
    if (props.login !== '') focus('password')
  })

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const empty = { login: props.login.trim() === '', password: password() === '' }
    setMissing(empty)
    if (empty.login || empty.password) return focus(empty.login ? 'login' : 'password')
    setBusy(true)
    setError(undefined)
    try {
      const answer = await sendToRoom<{ status: 'signed_in' | 'second_factor' }>('/sign-in', {
        login: props.login,
        password: password(),
      })
      if (answer.status === 'second_factor') props.onSecondFactor()
      else props.onSignedIn()
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
      focus('password')
      form?.querySelector<HTMLInputElement>('[name="password"]')?.select()
    }
  }
  const noticeCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState?.('CapsLock') ?? false)

  return (
    <form
      ref={(element) => {
        form = element
      }}
      method="post"
      novalidate
      aria-busy={isBusy() || undefined}
      onSubmit={submit}
      onKeyDown={noticeCapsLock}
      onKeyUp={noticeCapsLock}
    >
      <RefusalNote error={error()} />
      <div class="flex flex-col gap-5">
        <TextField
          name="username"
          label={t('account.signIn.login')}
          value={props.login}
          onInput={props.onLogin}
          autocomplete="username"
          autocapitalize="none"
          autofocus
          isCode
          {...(missing().login && props.login === '' ? { error: t('ui.required') } : {})}
        />
        <PasswordField
          name="password"
          label={t('account.signIn.password')}
          value={password()}
          onInput={setPassword}
          autocomplete="current-password"
          {...(isCapsLock() ? { hint: t('account.signIn.capsLock') } : {})}
          {...(missing().password && password() === '' ? { error: t('ui.required') } : {})}
        />
        {/* A disabled button keeps the browser from sending the form by itself before the scripts have come. */}
        <Button
          type="submit"
          look="primary"
          class={isAlive() ? '!h-11' : '!h-11 !cursor-pointer !opacity-100'}
          disabled={!isAlive()}
          isBusy={isBusy()}
        >
          {isBusy() ? t('account.signIn.submitting') : t('account.signIn.submit')}
        </Button>
      </div>
      <p class="mt-6 text-sm text-pretty text-muted">{t('account.signIn.forgotten')}</p>
    </form>
  )
}
