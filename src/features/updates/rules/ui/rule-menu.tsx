import Copy from 'lucide-solid/icons/copy'
import List from 'lucide-solid/icons/list'
import Power from 'lucide-solid/icons/power'
import Rocket from 'lucide-solid/icons/rocket'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ActionsMenu } from '../../../../ui/actions-menu'
import type { RuleView } from '../schemas'
import type { RuleCommands } from './commands'
import { CopyDialog } from './copy-dialog'
import { newRolloutPath, rolloutsOfRule } from './places'

/** What can be done to one rule as a whole. */
export function RuleMenu(props: {
  rule: RuleView
  commands: RuleCommands
  /** In a row of a list: an icon. */
  isCompact?: boolean
  /** On its own page, where its form switches it and buttons lead to its rollouts. */
  hasForm?: boolean
  /** Rollouts are started by those who see all terminals. */
  mayStart?: boolean
  onDeleted?(): void
}) {
  const { t } = useI18n()
  const [isCopying, setCopying] = createSignal(false)
  const switching = () =>
    props.rule.isEnabled
      ? { label: t('rules.do.disable'), icon: Power, onSelect: () => void props.commands.disable(props.rule) }
      : { label: t('rules.do.enable'), icon: Power, onSelect: () => void props.commands.enable(props.rule) }
  const start = () => ({
    label: t('rollouts.rule.start'),
    icon: Rocket,
    href: newRolloutPath(props.rule.id),
  })
  const rollouts = () => [
    ...(props.mayStart ? [start()] : []),
    { label: t('rollouts.rule.show'), icon: List, href: rolloutsOfRule(props.rule.id) },
    { separator: true as const },
  ]
  const changes = () => [
    ...(props.hasForm ? [] : [switching()]),
    { separator: true as const },
    {
      label: t('rules.do.delete'),
      icon: Trash,
      isDanger: true,
      onSelect: () => void props.commands.remove(props.rule, props.onDeleted),
    },
  ]
  const items = () => [
    ...(props.hasForm ? [] : rollouts()),
    { label: t('rules.do.copy'), icon: Copy, onSelect: () => setCopying(true) },
    ...(props.rule.isWithinLimits ? changes() : []),
  ]
  return (
    <>
      <ActionsMenu name={props.rule.name} items={items()} isCompact={props.isCompact ?? false} />
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
