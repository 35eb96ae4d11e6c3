import FileUp from 'lucide-solid/icons/file-up'
import Plus from 'lucide-solid/icons/plus'
import RadioTower from 'lucide-solid/icons/radio-tower'
import { Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'

/** What to do first where there is no terminal yet. */
export function NoTerminals(props: { onRegister: () => void; onImport: () => void }) {
  const { t } = useI18n()
  const session = useSession()
  return (
    <EmptyState
      icon={<RadioTower class="size-6" aria-hidden="true" />}
      title={t('fleet.empty.title')}
      text={t(session.may('terminals:write') ? 'fleet.empty.text' : 'fleet.empty.textReadOnly')}
    >
      <Show when={session.may('terminals:write')}>
        <Button look="primary" icon={<Plus class="size-4" aria-hidden="true" />} onClick={props.onRegister}>
          {t('fleet.register.open')}
        </Button>
        <Button icon={<FileUp class="size-4" aria-hidden="true" />} onClick={props.onImport}>
          {t('fleet.import.open')}
        </Button>
      </Show>
    </EmptyState>
  )
}
