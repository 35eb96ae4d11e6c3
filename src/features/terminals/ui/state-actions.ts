import { useQueryClient } from '@tanstack/solid-query'
import CirclePause from 'lucide-solid/icons/circle-pause'
import CirclePlay from 'lucide-solid/icons/circle-play'
import PackageX from 'lucide-solid/icons/package-x'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import ShieldOff from 'lucide-solid/icons/shield-off'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { useConfirm } from '../../../ui/confirm'
import type { MenuItem } from '../../../ui/menu'
import { useToasts } from '../../../ui/toast'
import type { TerminalState } from '../lists'
import { OFFERED_IN, type StateAction } from './offered'

const ICONS = {
  suspend: CirclePause,
  resume: CirclePlay,
  retire: PackageX,
  revoke: ShieldOff,
  reopen: RotateCcw,
}

const UNDONE_BY: Partial<Record<StateAction, StateAction>> = { suspend: 'resume', resume: 'suspend' }
const DANGEROUS: readonly StateAction[] = ['retire', 'revoke']

/** The entries of a terminal's menu that change its state, each confirmed with what it means for the shop. */
export function useStateActions() {
  const i18n = useI18n()
  const { t } = i18n
  const queries = useQueryClient()
  const confirm = useConfirm()
  const toasts = useToasts()

  const run = async (action: StateAction, terminal: { id: string; serial: string }) => {
    try {
      await api.terminals[action].run({ terminalId: terminal.id })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
      return
    }
    const undoneBy = UNDONE_BY[action]
    toasts.show({
      kind: 'good',
      title: t(`fleet.act.${action}.done`, { serial: terminal.serial }),
      ...(undoneBy === undefined
        ? {}
        : { action: { label: t('ui.undo'), run: () => void run(undoneBy, terminal) } }),
    })
    void queries.invalidateQueries({ queryKey: api.terminals.key() })
    void queries.invalidateQueries({ queryKey: api.status.key() })
    void queries.invalidateQueries({ queryKey: api.audit.key() })
  }
  const ask = async (action: StateAction, terminal: { id: string; serial: string }) => {
    const isConfirmed = await confirm({
      title: t(`fleet.act.${action}.title`, { serial: terminal.serial }),
      text: t(`fleet.act.${action}.text`),
      action: t(`fleet.act.${action}.label`),
      isDangerous: DANGEROUS.includes(action),
      ...(action === 'revoke' ? { typeToConfirm: terminal.serial } : {}),
    })
    if (isConfirmed) await run(action, terminal)
  }
  return (terminal: { id: string; serial: string; state: TerminalState }): MenuItem[] =>
    OFFERED_IN[terminal.state].map((action) => ({
      label: t(`fleet.act.${action}.label`),
      icon: ICONS[action],
      isDanger: DANGEROUS.includes(action),
      onSelect: () => void ask(action, terminal),
    }))
}
