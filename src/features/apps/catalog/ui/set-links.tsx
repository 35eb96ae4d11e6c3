import { A } from '@solidjs/router'
import { For } from 'solid-js'
import { setPath } from './places'

/** Sets by name, each a way to it. */
export function SetLinks(props: { sets: readonly { id: string; name: string }[] }) {
  return (
    <ul class="space-y-1.5 text-sm">
      <For each={props.sets}>
        {(set) => (
          <li>
            <A href={setPath(set.id)} class="rounded font-medium break-words text-accent hover:underline">
              {set.name}
            </A>
          </li>
        )}
      </For>
    </ul>
  )
}
