import { Title } from '@solidjs/meta'
import type { JSX } from 'solid-js'
import { BrandMark } from '../../../../app/brand'
import { Preferences } from '../../../../app/preferences'
import { useI18n } from '../../../../i18n'
import { FleetDrawing } from './fleet-drawing'

/** The page of whoever has not signed in: what this is, language and look, and one thing to do. */
export function Frame(props: { title: string; text: string; children: JSX.Element }) {
  const { t } = useI18n()
  return (
    <div class="grid min-h-dvh lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
      <Title>{`${props.title} – ${t('app.name')}`}</Title>
      <aside class="relative hidden overflow-hidden bg-[#0a4f4b] p-10 text-white lg:flex lg:flex-col lg:justify-between">
        <FleetDrawing />
        <div class="relative flex items-center gap-3">
          <BrandMark class="size-10" />
          <p class="text-xl font-semibold tracking-tight">{t('app.name')}</p>
        </div>
        <div class="relative max-w-md">
          <p class="text-3xl leading-tight font-semibold tracking-tight text-balance">
            {t('account.signIn.motto')}
          </p>
          <p class="mt-4 text-pretty text-white/85">{t('account.signIn.mottoText')}</p>
        </div>
      </aside>
      <div class="flex min-h-dvh flex-col px-5 py-5 sm:px-8">
        <header class="flex items-center justify-between gap-4">
          <div class="flex items-center gap-2.5 lg:invisible">
            <BrandMark class="size-8" />
            <span class="font-semibold max-sm:sr-only">{t('app.name')}</span>
          </div>
          <Preferences />
        </header>
        <main class="m-auto w-full max-w-sm py-10">
          <h1 class="text-2xl font-semibold tracking-tight">{props.title}</h1>
          <p class="mt-1.5 text-sm text-pretty text-muted">{props.text}</p>
          <noscript>
            <p class="mt-4 rounded-lg bg-warn-soft px-3.5 py-3 text-sm text-warn">
              {t('account.signIn.noScript')}
            </p>
          </noscript>
          <div class="mt-7">{props.children}</div>
        </main>
      </div>
    </div>
  )
}
