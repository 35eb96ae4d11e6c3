import { A } from '@solidjs/router'
import { type ComponentProps, type JSX, Show, splitProps } from 'solid-js'
import { classes } from './classes'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'
type Size = 'small' | 'medium'

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-edge bg-surface text-ink hover:bg-raised',
  quiet: 'text-ink hover:bg-raised',
  danger: 'border border-danger bg-surface text-danger hover:bg-danger-soft',
}
const SIZES: Record<Size, string> = {
  small: 'h-8 gap-1.5 px-2.5 text-sm',
  medium: 'h-10 gap-2 px-4 text-sm',
}

/** The classes of a button, for what must be another element, such as a trigger of a menu. */
export function buttonClasses(look: Look = 'secondary', size: Size = 'medium', more?: string): string {
  return classes(
    'inline-flex shrink-0 items-center justify-center rounded-lg font-medium whitespace-nowrap transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55',
    LOOKS[look],
    SIZES[size],
    more,
  )
}

export interface ButtonProps extends ComponentProps<'button'> {
  look?: Look
  size?: Size
  icon?: JSX.Element
  /** Shows that the work is under way and takes no second click. */
  isBusy?: boolean
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ['look', 'size', 'icon', 'isBusy', 'class', 'children', 'disabled'])
  return (
    <button
      type="button"
      {...rest}
      disabled={own.disabled || own.isBusy}
      aria-busy={own.isBusy || undefined}
      class={buttonClasses(own.look, own.size, own.class)}
    >
      <Show when={own.isBusy} fallback={own.icon}>
        <Spinner />
      </Show>
      {own.children}
    </button>
  )
}

/** A button that is only an icon; `label` is what screen readers and the tooltip say. */
export function IconButton(props: Omit<ButtonProps, 'icon'> & { label: string; icon: JSX.Element }) {
  const [own, rest] = splitProps(props, ['label', 'class'])
  return (
    <Button
      look="quiet"
      title={own.label}
      aria-label={own.label}
      {...rest}
      class={classes('aspect-square !px-0', own.class)}
    />
  )
}

/** A link that looks like a button. `isDownload` lets the browser fetch it itself, past the router. */
export function ButtonLink(props: {
  href: string
  look?: Look
  size?: Size
  icon?: JSX.Element
  isDownload?: boolean
  class?: string
  children: JSX.Element
}) {
  return (
    <Show
      when={props.isDownload}
      fallback={
        <A href={props.href} class={buttonClasses(props.look, props.size, props.class)}>
          {props.icon}
          {props.children}
        </A>
      }
    >
      <a
        href={props.href}
        rel="external"
        download=""
        class={buttonClasses(props.look, props.size, props.class)}
      >
        {props.icon}
        {props.children}
      </a>
    </Show>
  )
}

/** Turns while something is under way; the words beside it say what. */
export function Spinner(props: { class?: string }) {
  return (
    <span
      aria-hidden="true"
      class={classes(
        'inline-block size-4 animate-spin rounded-full border-2 border-current border-r-transparent',
        props.class,
      )}
    />
  )
}
