import { useIsRouting, useLocation } from '@solidjs/router'
import Menu from 'lucide-solid/icons/menu'
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, type JSX, on, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { IconButton } from '../ui/button'
import { classes } from '../ui/classes'
import { OnItsWay } from '../ui/on-its-way'
import { Skeleton } from '../ui/skeleton'
import { Arriving } from './arrival'
import { AlertBell } from './bell'
import { BrandMark } from './brand'
import { LostConnection } from './lost-connection'
import { Sections } from './sections'
import { UserMenu } from './user-menu'

/**
 * Navigation and page side by side; on a narrow screen the navigation is a drawer. The shell comes from the server, its page is made in
 * the browser: it is different for everybody and old the moment it is sent.
 */
export function Shell(props: { children: JSX.Element }) {
  const { t } = useI18n()
  const location = useLocation()
  const isRouting = useIsRouting()
  const [isOpen, setOpen] = createSignal(false)
  const [isMounted, setMounted] = createSignal(false)
  onMount(() => setMounted(true))
  createEffect(
    on(
      () => location.pathname,
      () => setOpen(false),
    ),
  )
  return (
    <div class="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        rel="external"
        class="sr-only rounded-lg bg-accent px-4 py-2 text-sm font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {t('ui.skipToContent')}
      </a>
      <header class="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-line bg-surface px-3 lg:hidden">
        <IconButton
          label={t(isOpen() ? 'app.nav.shut' : 'app.nav.open')}
          aria-expanded={isOpen()}
          aria-controls="navigation"
          icon={
            <Show when={isOpen()} fallback={<Menu class="size-5" aria-hidden="true" />}>
              <X class="size-5" aria-hidden="true" />
            </Show>
          }
          onClick={() => setOpen(!isOpen())}
        />
        <BrandMark class="size-7" />
        <span class="font-semibold">{t('app.name')}</span>
        <Show when={isMounted()}>
          <div class="ml-auto">
            <AlertBell />
          </div>
        </Show>
      </header>
      <Show when={isOpen()}>
        <div class="fixed inset-0 z-30 bg-veil lg:hidden" aria-hidden="true" onClick={() => setOpen(false)} />
      </Show>
      <aside
        id="navigation"
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
        class={classes(
          'flex flex-col border-r border-line bg-surface',
          'max-lg:fixed max-lg:inset-y-0 max-lg:top-14 max-lg:left-0 max-lg:z-40 max-lg:w-72',
          'lg:sticky lg:top-0 lg:h-dvh',
          !isOpen() && 'max-lg:hidden',
        )}
      >
        <div class="flex items-center gap-3 px-5 pt-5 pb-4 max-lg:hidden">
          <BrandMark class="size-8" />
          <div class="min-w-0 flex-1 leading-tight">
            <p class="font-semibold">{t('app.name')}</p>
            <p class="text-xs text-muted">{t('app.tagline')}</p>
          </div>
          <Show when={isMounted()}>
            <AlertBell />
          </Show>
        </div>
        <Sections />
        <UserMenu />
      </aside>
      <main id="content" tabindex="-1" class="min-w-0 px-4 py-6 outline-none sm:px-6 lg:px-8 lg:py-8">
        <LostConnection />
        {/* The page before stays until the next one is there. */}
        <Show when={isRouting()}>
          <OnItsWay />
        </Show>
        <Show when={isMounted()} fallback={<Skeleton lines={8} class="max-w-3xl" />}>
          <Arriving fallback={<Skeleton lines={8} class="max-w-3xl" />}>{props.children}</Arriving>
        </Show>
      </main>
    </div>
  )
}
