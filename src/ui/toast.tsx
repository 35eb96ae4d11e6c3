import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import Info from 'lucide-solid/icons/info'
import X from 'lucide-solid/icons/x'
import { createContext, createSignal, For, type JSX, onCleanup, onMount, Show, useContext } from 'solid-js'
import { Dynamic, Portal } from 'solid-js/web'
import { useI18n } from '../i18n'
import { Button, IconButton } from './button'
import { classes } from './classes'

export interface ToastMessage {
  kind: 'good' | 'info' | 'danger'
  title: string
  text?: string
  /** One thing that can be done about it, such as to undo it. Gives the reader more time. */
  action?: { label: string; run: () => void }
}

interface Shown extends ToastMessage {
  id: number
}

export interface Toasts {
  /** Tells something that needs no answer; it goes by itself, but not while the pointer or the focus is on it. */
  show(message: ToastMessage): void
}

const LOOKS = {
  good: { icon: CircleCheck, color: 'text-good' },
  info: { icon: Info, color: 'text-info' },
  danger: { icon: CircleAlert, color: 'text-danger' },
}
const AT_ONCE = 4
const SHOWN_MS = 6_000
const SHOWN_WITH_ACTION_MS = 12_000
const LOST_FOCUS_MS = 150

const Context = createContext<Toasts>()

/** Shows what `useToasts` below it tells, in a corner above everything (on narrow screens at the top, where no dialog has its buttons), and reads it out without interrupting. */
export function ToastRegion(props: { children: JSX.Element }) {
  const { t } = useI18n()
  const [list, setList] = createSignal<Shown[]>([])
  const [isPaused, setPaused] = createSignal(false)
  const [isMounted, setMounted] = createSignal(false)
  let lastId = 0
  const drop = (id: number) => {
    setList((before) => before.filter((one) => one.id !== id))
    if (list().length === 0) setPaused(false)
  }
  const show = (message: ToastMessage) => {
    lastId += 1
    setList((before) => [...before, { ...message, id: lastId }].slice(-AT_ONCE))
  }
  onMount(() => setMounted(true))

  return (
    <Context.Provider value={{ show }}>
      {props.children}
      <Show when={isMounted()}>
        <Portal>
          {/* Kobalte's dialogs hide and shut out what is outside of them, but for what has this attribute. */}
          <section
            data-kb-top-layer=""
            aria-label={t('ui.notifications')}
            class="pointer-events-none fixed inset-x-0 top-0 z-60 flex flex-col items-stretch p-4 sm:top-auto sm:bottom-0 sm:left-auto sm:w-96"
            onPointerEnter={() => setPaused(true)}
            onPointerLeave={() => setPaused(false)}
            onFocusIn={() => setPaused(true)}
            onFocusOut={() => setPaused(false)}
          >
            <div role="log" aria-live="polite" aria-relevant="additions" class="flex flex-col gap-2">
              <For each={list()}>
                {(one) => <Toast message={one} isPaused={isPaused()} onGone={() => drop(one.id)} />}
              </For>
            </div>
          </section>
        </Portal>
      </Show>
    </Context.Provider>
  )
}

function Toast(props: { message: Shown; isPaused: boolean; onGone: () => void }) {
  const { t } = useI18n()
  let leftMs = props.message.action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS
  const STEP_MS = 250
  const timer = setInterval(() => {
    if (props.isPaused || document.hidden) return
    leftMs -= STEP_MS
    if (leftMs <= 0) props.onGone()
  }, STEP_MS)
  onCleanup(() => clearInterval(timer))
  const look = () => LOOKS[props.message.kind]
  let actionButton: HTMLButtonElement | undefined
  // What had the focus may have gone with what was done, such as a deleted row: then the keyboard starts over from here.
  onMount(() => {
    const timer = setTimeout(() => {
      const { activeElement } = document
      if (activeElement === null || activeElement === document.body) actionButton?.focus()
    }, LOST_FOCUS_MS)
    onCleanup(() => clearTimeout(timer))
  })

  return (
    // Escape bubbles up from the buttons inside.
    <article
      onKeyDown={(event) => event.key === 'Escape' && props.onGone()}
      class="pointer-events-auto flex items-start gap-3 rounded-xl border border-line bg-surface p-3.5 pl-4 text-sm text-ink shadow-xl transition duration-200 starting:translate-y-2 starting:opacity-0"
    >
      <Dynamic
        component={look().icon}
        class={classes('mt-0.5 size-5 shrink-0', look().color)}
        aria-hidden="true"
      />
      <div class="min-w-0 flex-1 py-0.5">
        <p class="font-medium break-words">{props.message.title}</p>
        <Show when={props.message.text}>
          <p class="mt-0.5 break-words text-muted">{props.message.text}</p>
        </Show>
        <Show when={props.message.action}>
          {(action) => (
            <Button
              ref={(element: HTMLButtonElement) => {
                actionButton = element
              }}
              size="small"
              class="mt-2.5"
              onClick={() => {
                action().run()
                props.onGone()
              }}
            >
              {action().label}
            </Button>
          )}
        </Show>
      </div>
      <IconButton
        size="small"
        class="-mt-1 -mr-1.5"
        label={t('ui.close')}
        icon={<X class="size-4" aria-hidden="true" />}
        onClick={() => props.onGone()}
      />
    </article>
  )
}

/** `show({ kind, title })` from anywhere below the region. */
export function useToasts(): Toasts {
  const toasts = useContext(Context)
  if (toasts === undefined) throw new Error('useToasts needs a ToastRegion above.')
  return toasts
}
