import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { CopyButton } from '../../../../ui/copy-button'
import { DataList } from '../../../../ui/data-list'
import type { AppVersionView } from '../schemas'
import { STATE_TONES } from './words'

/** By which schemes a version is signed, by whom, and whose place the signer took. */
export function Signature(props: { shown: Pick<AppVersionView, 'signature' | 'earlierSigners'> }) {
  const { t } = useI18n()
  return (
    <div class="space-y-4 text-sm">
      <DataList
        label={t('applications.signature.label')}
        none={t('ui.none')}
        head={[
          t('applications.signature.scheme'),
          t('applications.signature.state'),
          t('applications.signature.signers'),
        ]}
        rows={props.shown.signature.schemes.map(({ scheme, state, signers }) => [
          <span class="font-medium whitespace-nowrap">{scheme}</span>,
          <Badge tone={STATE_TONES[state]}>{t(`applications.signature.states.${state}`)}</Badge>,
          <Certificates of={signers} />,
        ])}
      />
      <Show when={props.shown.earlierSigners.length > 0}>
        <div>
          <h3 class="text-xs text-muted">{t('applications.signature.earlier')}</h3>
          <div class="mt-1">
            <Certificates of={props.shown.earlierSigners} />
          </div>
        </div>
      </Show>
    </div>
  )
}

function Certificates(props: { of: readonly string[] }) {
  const { t } = useI18n()
  return (
    <ul class="space-y-1">
      <For each={props.of}>
        {(sha256) => (
          <li class="flex items-center gap-1">
            <code class="font-mono text-xs" title={sha256}>{`${sha256.slice(0, 16)}…`}</code>
            <CopyButton
              isIcon
              text={sha256}
              label={t('applications.signature.copy', { sha256: sha256.slice(0, 8) })}
            />
          </li>
        )}
      </For>
    </ul>
  )
}
