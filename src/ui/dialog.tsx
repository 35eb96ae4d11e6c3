import { Dialog as Kobalte } from '@kobalte/core/dialog'
import X from 'lucide-solid/icons/x'
import { type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { IconButton } from './button'
import { classes } from './classes'

const SIZES = { small: 'sm:max-w-md', medium: 'sm:max-w-xl', large: 'sm:max-w-4xl' }
const FIRST_FIELD =
  'input:not([type="hidden"]):not([tabindex="-1"]):not(:disabled), select:not(:disabled), textarea:not(:disabled)'

export interface DialogProps {
  isOpen: boolean
  /** Escape, the veil, the cross. The dialog is shut only when `isOpen` becomes false. */
  onClose: () => void
  title: string
  /** One or two sentences below the title, read out with it. */
  description?: string
  size?: keyof typeof SIZES
  /** Buttons at the lower edge, the main one last. They stay in view while the contents scroll. */
  footer?: JSX.Element
  children?: JSX.Element
}

/** A modal window; on narrow screens a sheet at the lower edge. Focus enters at the first field and returns to where it was. */
export function Dialog(props: DialogProps) {
  const { t } = useI18n()
  let body: HTMLDivElement | undefined
  let origin: Element | null = null

  // Kobalte gives focus back to its own trigger only, and this dialog has none.
  const enter = (event: Event) => {
    origin = document.activeElement
    const first = body?.querySelector<HTMLElement>(FIRST_FIELD)
    if (!first) return
    event.preventDefault()
    setTimeout(() => first.focus())
  }
  const leave = (event: Event) => {
    event.preventDefault()
    if (origin instanceof HTMLElement && origin.isConnected) origin.focus()
  }

  return (
    <Kobalte open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="fixed inset-0 z-40 bg-veil transition-opacity duration-150 starting:opacity-0" />
        <div class="fixed inset-0 z-40 flex items-end justify-center sm:items-center sm:p-6">
          <Kobalte.Content
            onOpenAutoFocus={enter}
            onCloseAutoFocus={leave}
            class={classes(
              'relative flex max-h-[92dvh] w-full flex-col rounded-t-2xl border border-line bg-surface text-ink shadow-2xl outline-none sm:rounded-2xl',
              'transition duration-150 starting:translate-y-3 starting:opacity-0',
              SIZES[props.size ?? 'medium'],
            )}
          >
            <header class="pt-5 pr-14 pb-3 pl-5 sm:pl-6">
              <Kobalte.Title class="text-lg leading-6 font-semibold">{props.title}</Kobalte.Title>
              <Show when={props.description}>
                <Kobalte.Description class="mt-1.5 text-sm text-muted">
                  {props.description}
                </Kobalte.Description>
              </Show>
            </header>
            <div
              ref={(element) => {
                body = element
              }}
              class="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5 sm:px-6"
            >
              {props.children}
            </div>
            <Show when={props.footer}>
              {(footer) => (
                <footer class="flex flex-col-reverse gap-2 rounded-b-2xl border-t border-line px-5 py-4 sm:flex-row sm:justify-end sm:px-6">
                  {footer()}
                </footer>
              )}
            </Show>
            <IconButton
              class="!absolute top-3.5 right-3.5"
              label={t('ui.close')}
              icon={<X class="size-5" aria-hidden="true" />}
              onClick={() => props.onClose()}
            />
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  )
}
