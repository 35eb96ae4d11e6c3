import { useSearchParams } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { localPath } from '../../../../server/local-path'
import { Frame } from './frame'
import { PasswordStep } from './password-step'
import { SecondFactorStep } from './second-factor-step'

/** The way in, in one or two steps. */
export function SignInPage() {
  const { t } = useI18n()
  const [params] = useSearchParams<{ next: string; ended: string }>()
  const [login, setLogin] = createSignal('')
  const [step, setStep] = createSignal<'password' | 'totp' | 'backup'>('password')
  const [problem, setProblem] = createSignal<unknown>()
  const second = () => {
    const now = step()
    return now === 'password' ? undefined : now
  }
  const texts = {
    password: () => t(params.ended === undefined ? 'account.signIn.text' : 'account.signIn.ended'),
    totp: () => t('account.second.text'),
    backup: () => t('account.second.backupText'),
  }
  // By a new page: it comes with who has signed in, and password managers see that it worked.
  const enter = () => window.location.replace(localPath(params.next))

  return (
    <Frame
      title={second() === undefined ? t('account.signIn.title') : t('account.second.title')}
      text={texts[step()]()}
    >
      <Show
        when={second()}
        fallback={
          <PasswordStep
            problem={problem()}
            login={login()}
            onLogin={setLogin}
            onSignedIn={enter}
            onSecondFactor={() => setStep('totp')}
          />
        }
      >
        {(kind) => (
          <SecondFactorStep
            kind={kind()}
            onKind={setStep}
            onSignedIn={enter}
            onAgain={(refusal) => {
              setProblem(refusal)
              setStep('password')
            }}
          />
        )}
      </Show>
    </Frame>
  )
}
