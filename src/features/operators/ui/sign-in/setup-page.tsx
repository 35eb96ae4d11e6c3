import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { CodeBlock } from '../../../../ui/code-block'
import { Frame } from './frame'
import { RefusalNote } from './refusal-note'
import { SetupForm } from './setup-form'

const COMMAND = "psm operators create --username admin --role admin --password '…'"

/** Makes the first administrator by the link that the server printed: its token is in the fragment, which no server sees. */
export function SetupPage() {
  const { t } = useI18n()
  const [token, setToken] = createSignal<string | null>('')
  const [refusal, setRefusal] = createSignal<unknown>()
  const read = () => {
    setRefusal(undefined)
    setToken(new URLSearchParams(window.location.hash.slice(1)).get('token'))
  }
  onMount(() => {
    read()
    // Who came here without the link and now pastes it into this tab changes the fragment alone: nothing is loaded.
    window.addEventListener('hashchange', read)
    onCleanup(() => window.removeEventListener('hashchange', read))
  })
  const isGood = () => token() !== null && refusal() === undefined
  return (
    <Frame
      title={isGood() ? t('account.setup.title') : t('account.setup.linkTitle')}
      text={isGood() ? t('account.setup.text') : t('account.setup.linkText')}
    >
      <Show
        when={isGood()}
        fallback={
          <div class="space-y-5">
            <CodeBlock text={COMMAND} />
            <RefusalNote error={refusal()} />
            {/* Without a token there is nobody to sign in: that page would lead back here. */}
            <Show when={refusal()}>
              <ButtonLink href="/sign-in">{t('account.setup.toSignIn')}</ButtonLink>
            </Show>
          </div>
        }
      >
        <SetupForm token={token() ?? ''} onRefused={setRefusal} />
      </Show>
    </Frame>
  )
}
