import { Title } from '@solidjs/meta'
import { A } from '@solidjs/router'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import { type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { EmptyState } from '../ui/empty-state'
import { useSession } from './session'

/**
 * The head of a page and what is below it: title (also the window's), where it belongs, what it is about and the actions that concern
 * it as a whole. Who lacks the permission sees that and nothing of the page.
 */
export function Page(props: {
  title: string
  /** What it takes to see it; nothing where everybody may. */
  permission?: string
  /** The view it hangs on. */
  parent?: { title: string; href: string }
  text?: JSX.Element
  badges?: JSX.Element
  actions?: JSX.Element
  children: JSX.Element
}) {
  const { t } = useI18n()
  const session = useSession()
  const isOpen = () => props.permission === undefined || session.may(props.permission)
  return (
    <>
      <Title>{`${isOpen() ? props.title : t('app.forbidden.title')} – ${t('app.name')}`}</Title>
      <Show
        when={isOpen()}
        fallback={<EmptyState isPage title={t('app.forbidden.title')} text={t('app.forbidden.text')} />}
      >
        <div class="mx-auto max-w-[100rem]">
          <Show when={props.parent}>
            {(parent) => (
              <nav class="mb-1 flex items-center gap-1 text-sm text-muted" aria-label={t('ui.back')}>
                <A href={parent().href} class="rounded hover:text-ink hover:underline">
                  {parent().title}
                </A>
                <ChevronRight class="size-4" aria-hidden="true" />
              </nav>
            )}
          </Show>
          <div class="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
            <div class="min-w-0">
              <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h1 class="digits text-2xl font-semibold tracking-tight break-words">{props.title}</h1>
                {props.badges}
              </div>
              <Show when={props.text}>
                {(text) => <p class="mt-1 max-w-3xl text-sm text-pretty text-muted">{text()}</p>}
              </Show>
            </div>
            <div class="flex flex-wrap gap-2 empty:hidden">{props.actions}</div>
          </div>
          {props.children}
        </div>
      </Show>
    </>
  )
}
