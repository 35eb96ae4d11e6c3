import { type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'

/** Says why there is nothing and, in its children, what to do about it. */
export function EmptyState(props: {
  title: string
  text?: string
  icon?: JSX.Element
  /** It stands in place of a whole page: its title is the page's. */
  isPage?: boolean
  children?: JSX.Element
}) {
  return (
    <div class="flex flex-col items-center px-6 py-14 text-center">
      <Show when={props.icon}>
        {(icon) => (
          <div class="mb-4 grid size-12 place-items-center rounded-full bg-raised text-muted">{icon()}</div>
        )}
      </Show>
      <Dynamic component={props.isPage ? 'h1' : 'h2'} class="text-lg font-semibold text-balance">
        {props.title}
      </Dynamic>
      <Show when={props.text}>
        <p class="mt-2 max-w-md text-sm text-pretty text-muted">{props.text}</p>
      </Show>
      <Show when={props.children}>
        {(children) => <div class="mt-6 flex flex-wrap justify-center gap-3">{children()}</div>}
      </Show>
    </div>
  )
}
