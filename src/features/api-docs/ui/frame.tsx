import { Title } from '@solidjs/meta'
import { type JSX, Show } from 'solid-js'
import { BrandMark } from '../../../app/brand'
import { Page } from '../../../app/page'
import { Preferences } from '../../../app/preferences'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { ButtonLink } from '../../../ui/button'

interface FrameProps {
  title: string
  text: string
  actions: JSX.Element
  children: JSX.Element
}

/** A page at the desk of whoever has signed in, and one by itself for everybody else. */
export function Frame(props: FrameProps) {
  const session = useSession()
  return (
    <Show when={session.operator !== null} fallback={<Alone {...props} />}>
      <Page title={props.title} text={props.text} actions={props.actions}>
        {props.children}
      </Page>
    </Show>
  )
}

function Alone(props: FrameProps) {
  const { t } = useI18n()
  return (
    <div class="mx-auto max-w-6xl px-4 pb-16 sm:px-6">
      <Title>{`${props.title} – ${t('app.name')}`}</Title>
      <header class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4">
        <div class="flex items-center gap-2.5">
          <BrandMark class="size-8" />
          <span class="font-semibold">{t('app.name')}</span>
        </div>
        <Preferences />
      </header>
      <main>
        <div class="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div class="min-w-0">
            <h1 class="text-2xl font-semibold tracking-tight">{props.title}</h1>
            <p class="mt-1 max-w-3xl text-sm text-pretty text-muted">{props.text}</p>
          </div>
          <div class="flex flex-wrap gap-2">
            {props.actions}
            <ButtonLink href="/sign-in">{t('apiDocs.signIn')}</ButtonLink>
          </div>
        </div>
        {props.children}
      </main>
    </div>
  )
}
