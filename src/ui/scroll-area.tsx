import { createSignal, type JSX, onCleanup, onMount } from 'solid-js'
import { classes } from './classes'

/**
 * A part of a page that scrolls by itself, by keyboard too: a stop of the Tab key while its contents are larger than its place. What is
 * placed absolutely in it, such as text for screen readers, is cut off with the rest and does not widen the page.
 */
export function ScrollArea(props: { label: string; class?: string; children: JSX.Element }) {
  const [isLarger, setLarger] = createSignal(false)
  const watch = (box: HTMLElement) =>
    onMount(() => {
      const observer = new ResizeObserver(() =>
        setLarger(box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight),
      )
      observer.observe(box)
      for (const content of box.children) observer.observe(content)
      onCleanup(() => observer.disconnect())
    })
  return (
    <section
      ref={watch}
      tabIndex={isLarger() ? 0 : undefined}
      aria-label={props.label}
      class={classes('relative overflow-auto', props.class)}
    >
      <div>{props.children}</div>
    </section>
  )
}
