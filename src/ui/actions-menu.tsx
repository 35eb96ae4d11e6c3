import Ellipsis from 'lucide-solid/icons/ellipsis'
import { Show } from 'solid-js'
import { useI18n } from '../i18n'
import { buttonClasses } from './button'
import { DropdownMenu, type MenuEntry } from './menu'

/** What can be done to one thing: a button with words on its page, and in a row of a list an icon that names it. */
export function ActionsMenu(props: { name: string; items: MenuEntry[]; isCompact?: boolean }) {
  const { t } = useI18n()
  return (
    <Show when={props.isCompact} fallback={<DropdownMenu label={t('ui.actions')} items={props.items} />}>
      <DropdownMenu
        label={`${t('ui.actions')}: ${props.name}`}
        items={props.items}
        class={buttonClasses('quiet', 'small', 'aspect-square !px-0')}
      >
        <Ellipsis class="size-4" aria-hidden="true" />
      </DropdownMenu>
    </Show>
  )
}
