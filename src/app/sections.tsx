import { A, useLocation } from '@solidjs/router'
import { createEffect, For, on, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { SECTIONS } from './navigation'
import { useSession } from './session'

/** The navigation: sections with the views that the operator may open. */
export function Sections() {
  const { t } = useI18n()
  const session = useSession()
  const location = useLocation()
  let nav: HTMLElement | undefined
  // Of a long list only a part fits: where the operator is must be in it.
  const isOwn = (href: string) => location.pathname === href || location.pathname.startsWith(`${href}/`)
  const showOwn = () => {
    const link = nav?.querySelector('[data-own]')
    if (!nav || !link) return
    const [own, whole] = [link.getBoundingClientRect(), nav.getBoundingClientRect()]
    if (own.top < whole.top || own.bottom > whole.bottom)
      nav.scrollTop += own.top - whole.top - whole.height / 2
  }
  createEffect(
    on(
      () => location.pathname,
      () => requestAnimationFrame(showOwn),
    ),
  )
  return (
    <nav
      ref={(element) => {
        nav = element
      }}
      aria-label={t('app.nav.label')}
      class="flex-1 overflow-y-auto px-3 py-2"
    >
      <For each={SECTIONS}>
        {(section) => {
          const views = () => section.views.filter((view) => session.may(view.permission))
          return (
            <Show when={views().length > 0}>
              <section class="mb-3.5">
                <h2 class="flex items-center gap-2 px-2 pb-1 text-xs font-medium text-muted">
                  <section.icon class="size-4" />
                  {t(section.title)}
                </h2>
                <ul class="space-y-0.5">
                  <For each={views()}>
                    {(view) => (
                      <li>
                        <A
                          href={view.href}
                          data-own={isOwn(view.href) ? '' : undefined}
                          class="block rounded-lg py-1.5 pr-2 pl-8 text-sm transition-colors max-lg:py-2"
                          activeClass="bg-accent-soft font-medium text-accent"
                          inactiveClass="text-ink hover:bg-raised"
                        >
                          {t(view.title)}
                        </A>
                      </li>
                    )}
                  </For>
                </ul>
              </section>
            </Show>
          )
        }}
      </For>
    </nav>
  )
}
