import { Tabs as Kobalte } from '@kobalte/core/tabs'
import { For, type JSX, Show } from 'solid-js'

export interface TabItem {
  value: string
  label: string
  /** A number or a word beside the label. */
  count?: string | number
  /** Made when its tab is shown for the first time, and unmade with it. */
  content: () => JSX.Element
}

export interface TabsProps {
  /** Name of the whole for screen readers. */
  label: string
  items: TabItem[]
  /** The tab that is shown; keep it in the URL so that a link leads back to it. */
  value: string
  onChange: (value: string) => void
}

/** Parts of one page of which one is shown. Arrows move between tabs, Enter or Space shows one. */
export function Tabs(props: TabsProps) {
  return (
    <Kobalte value={props.value} onChange={props.onChange} activationMode="manual">
      <Kobalte.List
        aria-label={props.label}
        class="flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        <For each={props.items}>
          {(item) => (
            <Kobalte.Trigger
              value={item.value}
              class="-mb-px inline-flex h-11 shrink-0 items-center gap-2 rounded-t-md border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 data-selected:border-accent data-selected:text-ink"
            >
              {item.label}
              <Show when={item.count !== undefined}>
                <span class="digits rounded-full bg-raised px-2 py-0.5 text-xs text-muted">{item.count}</span>
              </Show>
            </Kobalte.Trigger>
          )}
        </For>
      </Kobalte.List>
      <For each={props.items}>
        {(item) => (
          <Kobalte.Content value={item.value} class="pt-5 focus-visible:outline-offset-4">
            {item.content()}
          </Kobalte.Content>
        )}
      </For>
    </Kobalte>
  )
}
