import { For } from 'solid-js'

/** A text of a document, which is in English, with what stands between backticks as code. */
export function Prose(props: { text: string; class?: string }) {
  const parts = () => props.text.split(/`([^`]*)`/)
  return (
    <p lang="en" class={props.class}>
      <For each={parts()}>
        {(part, index) =>
          index() % 2 === 0 ? (
            part
          ) : (
            <code class="rounded bg-raised px-1 text-[0.9em] break-words">{part}</code>
          )
        }
      </For>
    </p>
  )
}
