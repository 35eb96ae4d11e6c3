import { createSignal, onMount } from 'solid-js'
import { type RoomRefusal, sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { PasswordField, TextField } from '../../../../ui/field'
import { MIN_PASSWORD_CHARACTERS, USERNAME_PATTERN } from '../../lists'
import { RefusalNote } from './refusal-note'

export function SetupForm(props: { token: string; onRefused(refusal: unknown): void }) {
  const { t, tn } = useI18n()
  const [username, setUsername] = createSignal('')
  const [name, setName] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [error, setError] = createSignal<unknown>()
  const [isTried, setTried] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  const [isAlive, setAlive] = createSignal(false)
  onMount(() => setAlive(true))
  let form: HTMLFormElement | undefined

  const wrongUsername = () =>
    USERNAME_PATTERN.test(username().trim()) ? undefined : t('account.setup.usernameWrong')
  const wrongPassword = () =>
    password().length >= MIN_PASSWORD_CHARACTERS
      ? undefined
      : tn('ui.validation.tooShort', MIN_PASSWORD_CHARACTERS)
  const shown = (wrong: string | undefined) => (isTried() && wrong !== undefined ? { error: wrong } : {})

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (wrongUsername() !== undefined || wrongPassword() !== undefined) {
      form?.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus()
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await sendToRoom('/setup', {
        token: props.token,
        username: username().trim(),
        password: password(),
        ...(name().trim() === '' ? {} : { name: name().trim() }),
      })
      window.location.replace('/')
    } catch (refusal) {
      if ((refusal as RoomRefusal).code === 'setup_refused') props.onRefused(refusal)
      setError(refusal)
      setBusy(false)
    }
  }

  return (
    <form
      ref={(element) => {
        form = element
      }}
      method="post"
      novalidate
      aria-busy={isBusy() || undefined}
      onSubmit={submit}
    >
      <RefusalNote error={error()} />
      <div class="flex flex-col gap-5">
        <TextField
          name="username"
          label={t('account.setup.username')}
          hint={t('account.setup.usernameHint')}
          value={username()}
          onInput={setUsername}
          autocomplete="username"
          autocapitalize="none"
          autofocus
          isRequired
          isCode
          {...shown(wrongUsername())}
        />
        <TextField
          name="name"
          label={t('account.setup.name')}
          hint={t('account.setup.nameHint')}
          value={name()}
          onInput={setName}
          autocomplete="name"
          maxLength={100}
        />
        <PasswordField
          name="password"
          label={t('account.setup.password')}
          hint={t('account.setup.passwordHint', { count: MIN_PASSWORD_CHARACTERS })}
          value={password()}
          onInput={setPassword}
          autocomplete="new-password"
          isRequired
          {...shown(wrongPassword())}
        />
        <Button
          type="submit"
          look="primary"
          class={isAlive() ? '!h-11' : '!h-11 !opacity-100'}
          disabled={!isAlive()}
          isBusy={isBusy()}
        >
          {t('account.setup.submit')}
        </Button>
      </div>
    </form>
  )
}
