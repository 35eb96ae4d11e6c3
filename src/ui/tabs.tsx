import { Tabs as Kobalte } from '@kobalte/core/tabs'
import ChevronLeft from 'lucide-solid/icons/chevron-left'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { classes } from './classes'

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

/**
 * Parts of one page of which one is shown. Arrows move between tabs, Enter or Space shows one. Where they have no room side by
 * side they scroll, and an arrow at the edge says that there are more.
 */
export function Tabs(props: TabsProps) {
  const [list, setList] = createSignal<HTMLElement>()
  const overflow = watchOverflow(list)
  createEffect(on([() => props.value, list], ([, box]) => queueMicrotask(() => reveal(box))))
  return (
    <Kobalte value={props.value} onChange={props.onChange} activationMode="manual">
      <div class="relative">
        <Kobalte.List
          ref={setList}
          aria-label={props.label}
          class="flex gap-0.5 overflow-x-auto border-b border-line [scrollbar-width:none]"
        >
          <For each={props.items}>
            {(item) => (
              <Kobalte.Trigger
                value={item.value}
                class="-mb-px inline-flex h-11 shrink-0 items-center gap-2 rounded-t-md border-b-2 border-transparent px-2.5 text-sm font-medium whitespace-nowrap text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 data-selected:border-accent data-selected:text-ink"
              >
                {item.label}
                <Show when={item.count !== undefined}>
                  <span class="digits rounded-full bg-raised px-2 py-0.5 text-xs text-muted">
                    {item.count}
                  </span>
                </Show>
              </Kobalte.Trigger>
            )}
          </For>
        </Kobalte.List>
        <Show when={overflow.before()}>
          <Edge side="before" onClick={() => scrollOn(list(), -1)} />
        </Show>
        <Show when={overflow.after()}>
          <Edge side="after" onClick={() => scrollOn(list(), 1)} />
        </Show>
      </div>
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

/** For the pointer alone: the keyboard and screen readers reach every tab as it is. */
function Edge(props: { side: 'before' | 'after'; onClick: () => void }) {
  const isBefore = () => props.side === 'before'
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden="true"
      data-more={props.side}
      onClick={() => props.onClick()}
      class={classes(
        'absolute inset-y-0 flex w-12 items-center from-canvas from-60% to-transparent pb-px text-muted hover:text-ink',
        isBefore() ? 'left-0 justify-start bg-linear-to-r' : 'right-0 justify-end bg-linear-to-l',
      )}
    >
      <Show when={isBefore()} fallback={<ChevronRight class="size-5" />}>
        <ChevronLeft class="size-5" />
      </Show>
    </button>
  )
}

/** Pixels of layout may be parts of whole ones. */
const SLACK_PX = 1

/** Whether something is out of sight on either side. */
function watchOverflow(list: () => HTMLElement | undefined) {
  const [before, setBefore] = createSignal(false)
  const [after, setAfter] = createSignal(false)
  onMount(() => {
    const box = list()
    if (box === undefined) return
    const look = () => {
      setBefore(box.scrollLeft > SLACK_PX)
      setAfter(box.scrollLeft + box.clientWidth < box.scrollWidth - SLACK_PX)
    }
    const observer = new ResizeObserver(look)
    observer.observe(box)
    // Words of another language make the tabs wider and not their place.
    for (const tab of box.children) observer.observe(tab)
    box.addEventListener('scroll', look, { passive: true })
    onCleanup(() => {
      observer.disconnect()
      box.removeEventListener('scroll', look)
    })
  })
  return { before, after }
}

function scrollOn(box: HTMLElement | undefined, direction: 1 | -1): void {
  box?.scrollBy({ left: direction * box.clientWidth * 0.7, behavior: 'smooth' })
}

/** Brings the tab that is shown into sight, in its row and not on the page. */
function reveal(box: HTMLElement | undefined): void {
  const tab = box?.querySelector<HTMLElement>('[data-selected]')
  if (!box || !tab) return
  const left = tab.offsetLeft - box.clientWidth / 2 + tab.offsetWidth / 2
  if (tab.offsetLeft < box.scrollLeft || tab.offsetLeft + tab.offsetWidth > box.scrollLeft + box.clientWidth)
    box.scrollTo({ left })
}
