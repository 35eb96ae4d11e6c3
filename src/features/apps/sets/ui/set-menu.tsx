import Copy from 'lucide-solid/icons/copy'
import GitCompare from 'lucide-solid/icons/git-compare-arrows'
import List from 'lucide-solid/icons/list'
import Pencil from 'lucide-solid/icons/pencil'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ActionsMenu } from '../../../../ui/actions-menu'
import type { MenuEntry } from '../../../../ui/menu'
import type { SetSummary } from '../schemas'
import type { SetCommands } from './commands'
import { CopyDialog } from './copy-dialog'
import { comparePath, editSetPath, rolloutsOfSet } from './places'

/** What can be done to one set as a whole. */
export function SetMenu(props: {
  set: Pick<SetSummary, 'id' | 'name' | 'isWithinLimits'>
  commands: SetCommands
  mayWrite: boolean
  /** In a row of a list: an icon, and the way to the form. */
  isCompact?: boolean
  onDeleted?(): void
}) {
  const { t } = useI18n()
  const [isCopying, setCopying] = createSignal(false)
  const mayChange = () => props.mayWrite && props.set.isWithinLimits
  const items = (): MenuEntry[] => [
    ...(props.isCompact && mayChange()
      ? [{ label: t('sets.page.edit'), icon: Pencil, href: editSetPath(props.set.id) }]
      : []),
    { label: t('sets.page.compare'), icon: GitCompare, href: comparePath({ one: props.set.id }) },
    { label: t('sets.page.rollouts'), icon: List, href: rolloutsOfSet(props.set.id) },
    ...(props.mayWrite ? [{ label: t('rules.do.copy'), icon: Copy, onSelect: () => setCopying(true) }] : []),
    ...(mayChange()
      ? [
          { separator: true as const },
          {
            label: t('rules.do.delete'),
            icon: Trash,
            isDanger: true,
            onSelect: () => void props.commands.remove(props.set, props.onDeleted),
          },
        ]
      : []),
  ]
  return (
    <>
      <ActionsMenu name={props.set.name} items={items()} isCompact={props.isCompact ?? false} />
      <Show when={isCopying()}>
        <CopyDialog
          set={props.set}
          onClose={() => setCopying(false)}
          onDone={(setId) => {
            setCopying(false)
            props.commands.copied(setId)
          }}
        />
      </Show>
    </>
  )
}
