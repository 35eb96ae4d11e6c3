import Copy from 'lucide-solid/icons/copy'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import Power from 'lucide-solid/icons/power'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { buttonClasses } from '../../../../ui/button'
import { DropdownMenu } from '../../../../ui/menu'
import type { RuleView } from '../schemas'
import type { RuleCommands } from './commands'
import { CopyDialog } from './copy-dialog'

/** What can be done to one rule as a whole. */
export function RuleMenu(props: {
  rule: RuleView
  commands: RuleCommands
  /** In a row of a list: an icon. */
  isCompact?: boolean
  /** Its form, which switches it, is on the same page. */
  hasForm?: boolean
  onDeleted?(): void
}) {
  const { t } = useI18n()
  const [isCopying, setCopying] = createSignal(false)
  const switching = () =>
    props.rule.isEnabled
      ? { label: t('rules.do.disable'), icon: Power, onSelect: () => void props.commands.disable(props.rule) }
      : { label: t('rules.do.enable'), icon: Power, onSelect: () => void props.commands.enable(props.rule) }
  const items = () => [
    { label: t('rules.do.copy'), icon: Copy, onSelect: () => setCopying(true) },
    ...(props.hasForm ? [] : [switching()]),
    { separator: true as const },
    {
      label: t('rules.do.delete'),
      icon: Trash,
      isDanger: true,
      onSelect: () => void props.commands.remove(props.rule, props.onDeleted),
    },
  ]
  return (
    <>
      <Show when={props.isCompact} fallback={<DropdownMenu label={t('ui.actions')} items={items()} />}>
        <DropdownMenu
          label={`${t('ui.actions')}: ${props.rule.name}`}
          items={items()}
          class={buttonClasses('quiet', 'small', 'aspect-square !px-0')}
        >
          <Ellipsis class="size-4" aria-hidden="true" />
        </DropdownMenu>
      </Show>
      <Show when={isCopying()}>
        <CopyDialog
          rule={props.rule}
          onClose={() => setCopying(false)}
          onDone={(ruleId) => {
            setCopying(false)
            props.commands.copied(ruleId)
          }}
        />
      </Show>
    </>
  )
}
