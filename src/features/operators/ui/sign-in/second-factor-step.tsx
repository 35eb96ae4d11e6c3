import { createSignal, onMount, Show } from 'solid-js'
import { type RoomRefusal, sendToRoom } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { TextField } from '../../../../ui/field'
import { RefusalNote } from './refusal-note'

const DIGITS = 6

/** The code of the authenticator, sent by itself once it is whole, or one of the backup codes. */
export function SecondFactorStep(props: {
  kind: 'totp' | 'backup'
  onKind(kind: 'totp' | 'backup'): void
  onSignedIn(): void
  /** The password is asked again; with a refusal where the server wants it so. */
  onAgain(refusal?: unknown): void
}) {
  const { t } = useI18n()
  const [code, setCode] = createSignal('')
  const [error, setError] = createSignal<unknown>()
  const [isMissing, setMissing] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  let form: HTMLFormElement | undefined
  const focus = () => form?.querySelector('input')?.focus()
  onMount(focus)

  const send = async () => {
    if (isBusy()) return
    setMissing(code().trim() === '')
    if (isMissing()) return focus()
    setBusy(true)
    setError(undefined)
    try {
      await sendToRoom('/second-factor', { code: code(), kind: props.kind })
      props.onSignedIn()
    } catch (refusal) {
      if ((refusal as RoomRefusal).code === 'second_factor_expired') return props.onAgain(refusal)
      setError(refusal)
      setCode('')
      setBusy(false)
      focus()
    }
  }
  const enter = (text: string) => {
    setCode(text)
    if (props.kind === 'totp' && text.replace(/\D/g, '').length === DIGITS) void send()
  }
  const change = (kind: 'totp' | 'backup') => {
    setCode('')
    setError(undefined)
    props.onKind(kind)
    focus()
  }

  return (
    <form
      ref={(element) => {
        form = element
      }}
      novalidate
      aria-busy={isBusy() || undefined}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <RefusalNote error={error()} />
      <div class="flex flex-col gap-5">
        <Show
          when={props.kind === 'totp'}
          fallback={
            <TextField
              name="backup-code"
              label={t('account.second.backupCode')}
              value={code()}
              onInput={enter}
              autocomplete="off"
              autocapitalize="none"
              maxLength={20}
              isCode
              {...(isMissing() && code() === '' ? { error: t('ui.required') } : {})}
            />
          }
        >
          <TextField
            name="code"
            label={t('account.second.code')}
            value={code()}
            onInput={enter}
            autocomplete="one-time-code"
            inputMode="numeric"
            maxLength={DIGITS + 1}
            isCode
            {...(isMissing() && code() === '' ? { error: t('ui.required') } : {})}
          />
        </Show>
        <Button type="submit" look="primary" class="!h-11" isBusy={isBusy()}>
          {t('account.second.submit')}
        </Button>
        <div class="flex flex-wrap justify-between gap-2">
          <Button look="quiet" size="small" onClick={() => change(props.kind === 'totp' ? 'backup' : 'totp')}>
            {t(props.kind === 'totp' ? 'account.second.useBackup' : 'account.second.useApp')}
          </Button>
          <Button look="quiet" size="small" onClick={() => props.onAgain()}>
            {t('account.second.again')}
          </Button>
        </div>
      </div>
    </form>
  )
}
