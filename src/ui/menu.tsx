import { DropdownMenu as Kobalte } from '@kobalte/core/dropdown-menu'
import { useNavigate } from '@solidjs/router'
import Check from 'lucide-solid/icons/check'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import { type Component, For, type JSX, Match, Show, Switch } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { buttonClasses } from './button'
import { classes } from './classes'

export interface MenuItem {
  label: string
  /** A component of `lucide-solid/icons/…`. */
  icon?: Component<{ class?: string }>
  onSelect?: () => void
  /** Where the item leads, instead of `onSelect`. */
  href?: string
  /** The browser fetches `href` itself, past the router. */
  isDownload?: boolean
  isDanger?: boolean
  isDisabled?: boolean
  /** Makes the item a choice that is on or off. */
  isChecked?: boolean
}
export type MenuEntry = MenuItem | { separator: true } | { heading: string }

export interface DropdownMenuProps {
  /** Name of the menu for screen readers, and the trigger's words where `children` is left out. */
  label: string
  items: MenuEntry[]
  /** What the trigger shows; an icon alone is fine, for `label` names it. */
  children?: JSX.Element
  /** Classes of the trigger, else those of a secondary button. */
  class?: string
  disabled?: boolean
  placement?: 'bottom-end' | 'bottom-start' | 'top-start' | 'top-end' | 'right-end'
}

const ITEM =
  'flex min-h-9 w-full cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-sm outline-none select-none pointer-coarse:min-h-11'

/** A button that opens a list of actions; arrows, letters, Home, End and Escape work in it. */
export function DropdownMenu(props: DropdownMenuProps) {
  const navigate = useNavigate()
  // Asking for the children themselves would make them: once for every time it is asked.
  const hasFace = 'children' in props
  let pending: (() => void) | undefined

  // A dialog an item opens must find the focus back on the trigger, so the work waits until the menu is gone.
  const select = (item: MenuItem) => {
    const { href } = item
    pending = href === undefined ? item.onSelect : () => follow(href, item.isDownload)
  }
  const follow = (href: string, isDownload?: boolean) => {
    if (!isDownload) return navigate(href)
    const link = document.createElement('a')
    Object.assign(link, { href, rel: 'external', download: '' })
    link.click()
  }
  const afterClose = () => {
    queueMicrotask(() => {
      pending?.()
      pending = undefined
    })
  }

  return (
    <Kobalte modal={false} gutter={6} placement={props.placement ?? 'bottom-end'}>
      <Kobalte.Trigger
        class={props.class ?? buttonClasses('secondary')}
        disabled={props.disabled}
        aria-label={props.label}
        title={hasFace ? props.label : undefined}
      >
        <Show when={hasFace} fallback={<DefaultTrigger label={props.label} />}>
          {props.children}
        </Show>
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content
          onCloseAutoFocus={afterClose}
          class="z-50 max-h-[70dvh] min-w-48 max-w-[min(22rem,calc(100vw-1rem))] overflow-y-auto rounded-xl border border-line bg-surface p-1.5 text-ink shadow-xl outline-none"
        >
          <For each={props.items}>{(entry) => <Entry entry={entry} onSelect={select} />}</For>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}

function DefaultTrigger(props: { label: string }) {
  return (
    <>
      {props.label}
      <ChevronDown class="size-4 text-muted" aria-hidden="true" />
    </>
  )
}

function Entry(props: { entry: MenuEntry; onSelect: (item: MenuItem) => void }) {
  const item = () => ('label' in props.entry ? props.entry : undefined)
  const heading = () => ('heading' in props.entry ? props.entry.heading : undefined)
  const look = (one: MenuItem) =>
    classes(
      ITEM,
      one.isDanger ? 'text-danger data-highlighted:bg-danger-soft' : 'data-highlighted:bg-raised',
      'data-disabled:cursor-not-allowed data-disabled:opacity-55',
    )
  return (
    <Switch fallback={<Kobalte.Separator class="my-1.5 border-line" />}>
      <Match when={heading()}>
        <div class="px-2.5 pt-2 pb-1 text-xs font-medium text-muted" role="presentation">
          {heading()}
        </div>
      </Match>
      <Match when={item()?.isChecked !== undefined && item()}>
        {(one) => (
          <Kobalte.CheckboxItem
            class={look(one())}
            checked={one().isChecked ?? false}
            disabled={one().isDisabled ?? false}
            onChange={() => props.onSelect(one())}
            closeOnSelect
          >
            <ItemFace item={one()} />
            <Show when={one().isChecked}>
              <Check class="ml-auto size-4 text-accent" aria-hidden="true" />
            </Show>
          </Kobalte.CheckboxItem>
        )}
      </Match>
      <Match when={item()}>
        {(one) => (
          <Kobalte.Item
            class={look(one())}
            disabled={one().isDisabled ?? false}
            onSelect={() => props.onSelect(one())}
          >
            <ItemFace item={one()} />
          </Kobalte.Item>
        )}
      </Match>
    </Switch>
  )
}

function ItemFace(props: { item: MenuItem }) {
  return (
    <>
      <Show when={props.item.icon}>
        {(icon) => <Dynamic component={icon()} class="size-4 shrink-0 opacity-80" aria-hidden="true" />}
      </Show>
      <span class="min-w-0">{props.item.label}</span>
    </>
  )
}
