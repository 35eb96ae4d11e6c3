import ArrowLeftRight from 'lucide-solid/icons/arrow-left-right'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import type { TerminalView } from '../../../terminals/schemas'
import { AssignDialog } from '../assign/assign-dialog'
import { swapPath } from '../places'
import { TerminalProfile } from './terminal-profile'

/** The same as a tab of the page of a terminal. */
export function ProfileTab(props: { registered: TerminalView }) {
  const { t } = useI18n()
  const session = useSession()
  const [isAssigning, setAssigning] = createSignal(false)
  return (
    <>
      <div class="mb-5 flex flex-wrap gap-2 empty:hidden">
        <Show when={session.may('updates:write')}>
          <Button icon={<Plus class="size-4" aria-hidden="true" />} onClick={() => setAssigning(true)}>
            {t('profile.terminal.assign')}
          </Button>
        </Show>
        <Show when={session.may('terminals:write')}>
          <ButtonLink
            href={swapPath(props.registered.id)}
            icon={<ArrowLeftRight class="size-4" aria-hidden="true" />}
          >
            {t('profile.terminal.replace')}
          </ButtonLink>
        </Show>
      </div>
      <TerminalProfile terminalId={props.registered.id} />
      <Show when={isAssigning()}>
        <AssignDialog
          target={{ ...props.registered, terminalId: props.registered.id }}
          onClose={() => setAssigning(false)}
        />
      </Show>
    </>
  )
}
