import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { SECTIONS } from './navigation'
import { useSession } from './session'

/** The navigation: sections with the views that the operator may open. */
export function Sections() {
  const { t } = useI18n()
  const session = useSession()
  return (
    <nav aria-label={t('app.nav.label')} class="flex-1 overflow-y-auto px-3 py-2">
      <For each={SECTIONS}>
        {(section) => {
          const views = () => section.views.filter((view) => session.may(view.permission))
          return (
            <Show when={views().length > 0}>
              <section class="mb-5">
                <h2 class="flex items-center gap-2 px-2 pb-1.5 text-xs font-medium text-muted">
                  <section.icon class="size-4" />
                  {t(section.title)}
                </h2>
                <ul class="space-y-0.5">
                  <For each={views()}>
                    {(view) => (
                      <li>
                        <A
                          href={view.href}
                          class="block rounded-lg py-2 pr-2 pl-8 text-sm transition-colors"
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
