import Search from 'lucide-solid/icons/search'
import X from 'lucide-solid/icons/x'
import { createEffect, createSignal, createUniqueId, on, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { afterQuiet } from './after-quiet'
import { IconButton } from './button'
import { classes } from './classes'
import { CONTROL, CONTROL_HEIGHT } from './field-frame'

const QUIET_MS = 300

export interface SearchFieldProps {
  /** Read out, and shown as the placeholder where none is given. */
  label: string
  /** What is searched for now, such as the URL says. */
  value: string
  /** Called when the person has paused typing, pressed Enter or cleared the field. */
  onSearch: (value: string) => void
  placeholder?: string
  class?: string
}

/** Searches while the person types, but not at every key. */
export function SearchField(props: SearchFieldProps) {
  const { t } = useI18n()
  const id = createUniqueId()
  const [text, setText] = createSignal(props.value)
  let input: HTMLInputElement | undefined
  const quiet = afterQuiet(QUIET_MS)
  let told = props.value

  const tell = (value: string) => {
    quiet.stop()
    told = value
    if (value !== props.value) props.onSearch(value)
  }
  const type = (value: string) => {
    setText(value)
    quiet.wait(() => tell(value.trim()))
  }
  const clear = () => {
    setText('')
    tell('')
    input?.focus()
  }
  // A value that did not come from here, such as by the Back button, replaces what is typed.
  createEffect(
    on(
      () => props.value,
      (value) => {
        if (value !== told) setText(value)
        told = value
      },
      { defer: true },
    ),
  )

  return (
    <div class={classes('relative', props.class)}>
      <label for={id} class="sr-only">
        {props.label}
      </label>
      <Search
        class="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
        aria-hidden="true"
      />
      <input
        id={id}
        ref={(element) => {
          input = element
        }}
        type="search"
        value={text()}
        placeholder={props.placeholder ?? props.label}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') tell(text().trim())
          if (event.key === 'Escape' && text() !== '') clear()
        }}
        class={classes(
          CONTROL,
          CONTROL_HEIGHT,
          'border-edge pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden',
        )}
      />
      <Show when={text() !== ''}>
        <IconButton
          size="small"
          class="!absolute top-1/2 right-1 -translate-y-1/2 text-muted"
          label={t('ui.clear')}
          icon={<X class="size-4" aria-hidden="true" />}
          onClick={clear}
        />
      </Show>
    </div>
  )
}
