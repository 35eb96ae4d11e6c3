import { useParams } from '@solidjs/router'
import Smartphone from 'lucide-solid/icons/smartphone'
import { Show } from 'solid-js'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { usePlatforms } from '../../../terminals/ui/words'
import { KeyStateBadge } from './badges'
import { LOADING, terminalPath } from './places'
import { TerminalKeys, useKeyLoad } from './terminal-keys'

/** The keys of one terminal. */
export function TerminalKeysPage() {
  const params = useParams<{ terminalId: string }>()
  return (
    <Show when={params.terminalId} keyed>
      {(terminalId) => <PageOf terminalId={terminalId} />}
    </Show>
  )
}

function PageOf(props: { terminalId: string }) {
  const { t } = useI18n()
  const session = useSession()
  const platforms = usePlatforms()
  const load = useKeyLoad(() => props.terminalId)
  return (
    <Page
      title={load.data?.serial ?? t('keys.loading.title')}
      permission="keys:read"
      parent={{ title: t('keys.loading.title'), href: LOADING }}
      badges={<Show when={load.data}>{(data) => <KeyStateBadge state={data().state} />}</Show>}
      text={<Show when={load.data}>{(data) => platforms.nameOf(data().platform)}</Show>}
      actions={
        <Show when={session.may('status:read') && load.data}>
          {(data) => (
            <ButtonLink
              href={terminalPath(data().terminalId)}
              icon={<Smartphone class="size-4" aria-hidden="true" />}
            >
              {t('keys.page.openTerminal')}
            </ButtonLink>
          )}
        </Show>
      }
    >
      <TerminalKeys query={load} />
    </Page>
  )
}
