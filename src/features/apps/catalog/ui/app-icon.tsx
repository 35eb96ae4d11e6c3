import AppWindow from 'lucide-solid/icons/app-window'
import { createSignal, Show } from 'solid-js'
import { classes } from '../../../../ui/classes'

const SIZES = { small: 'size-9 rounded-lg', large: 'size-16 rounded-2xl' }

/** The icon of an application, or a plain one where it has none that browsers show. Its name stands beside it. */
export function AppIcon(props: { url: string | null; size?: keyof typeof SIZES }) {
  /** A picture that browsers cannot show after all. */
  const [broken, setBroken] = createSignal<string>()
  const look = () => classes('shrink-0', SIZES[props.size ?? 'small'])
  return (
    <Show
      when={props.url !== broken() && props.url}
      fallback={
        <span class={classes(look(), 'grid place-items-center bg-raised text-muted')} aria-hidden="true">
          <AppWindow class={props.size === 'large' ? 'size-8' : 'size-5'} />
        </span>
      }
    >
      {(url) => (
        <img
          src={url()}
          alt=""
          loading="lazy"
          class={classes(look(), 'object-contain')}
          onError={() => setBroken(url())}
        />
      )}
    </Show>
  )
}
