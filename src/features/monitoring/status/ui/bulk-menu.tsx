import ArrowRightLeft from 'lucide-solid/icons/arrow-right-left'
import CirclePause from 'lucide-solid/icons/circle-pause'
import CirclePlay from 'lucide-solid/icons/circle-play'
import Clock from 'lucide-solid/icons/clock'
import FolderMinus from 'lucide-solid/icons/folder-minus'
import FolderPlus from 'lucide-solid/icons/folder-plus'
import PackageX from 'lucide-solid/icons/package-x'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import ShieldOff from 'lucide-solid/icons/shield-off'
import Store from 'lucide-solid/icons/store'
import Timer from 'lucide-solid/icons/timer'
import { type I18n, useI18n } from '../../../../i18n'
import { DropdownMenu, type MenuEntry } from '../../../../ui/menu'

/** Every change of many terminals, in the order of the menu. */
export const BULK_KINDS = [
  'addToGroup',
  'removeFromGroup',
  'setMerchant',
  'setInterval',
  'setTimeZone',
  'setRedirect',
  'suspend',
  'resume',
  'reopen',
  'retire',
  'revoke',
] as const
export type BulkKind = (typeof BULK_KINDS)[number]

const ICONS = {
  addToGroup: FolderPlus,
  removeFromGroup: FolderMinus,
  setMerchant: Store,
  setInterval: Timer,
  setTimeZone: Clock,
  setRedirect: ArrowRightLeft,
  suspend: CirclePause,
  resume: CirclePlay,
  reopen: RotateCcw,
  retire: PackageX,
  revoke: ShieldOff,
}
export const DANGEROUS: readonly BulkKind[] = ['retire', 'revoke']

/** The menu of changes; places above, states below. */
export function BulkMenu(props: {
  label: string
  placement: 'bottom-start' | 'top-start'
  onChoose: (kind: BulkKind) => void
}) {
  const i18n = useI18n()
  return (
    <DropdownMenu
      label={props.label}
      placement={props.placement}
      items={bulkEntries(i18n, (kind) => props.onChoose(kind))}
    />
  )
}

function bulkEntries({ t }: I18n, onChoose: (kind: BulkKind) => void): MenuEntry[] {
  return BULK_KINDS.flatMap((kind): MenuEntry[] => {
    const entry: MenuEntry = {
      label: t(`fleet.bulk.kind.${kind}`),
      icon: ICONS[kind],
      isDanger: DANGEROUS.includes(kind),
      onSelect: () => onChoose(kind),
    }
    return kind === 'suspend' || kind === 'retire' ? [{ separator: true }, entry] : [entry]
  })
}
