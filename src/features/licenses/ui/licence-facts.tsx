import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { makerWords } from '../../../app/maker'
import { useI18n } from '../../../i18n'
import { CopyButton } from '../../../ui/copy-button'
import { Facts } from '../../../ui/facts'
import { platformsIn } from '../../terminals/ui/words'
import type { LicenceView } from '../schemas'
import { terminalPath } from './places'
import { Validity } from './validity'
import { dayOf, type Fact, factName, sourceWords } from './words'

export interface DetailedLicence extends LicenceView {
  sources: Record<string, string>
  terminal: { id: string } | null
}

/** What is known of a licence; below each fact, where it was read. */
export function LicenceFacts(props: { licence: DetailedLicence }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const formatName = (id: string) => (id === 'opaque' ? t('license.opaque') : id.toUpperCase())
  const fact = (name: Fact, value: () => Parameters<typeof Facts>[0]['facts'][number]['value']) => ({
    name: factName(name, i18n),
    value: (
      <>
        {value()}
        <Show when={sourceWords(props.licence.sources[name], i18n)}>
          {(source) => <span class="block text-xs text-muted">{source()}</span>}
        </Show>
      </>
    ),
  })
  return (
    <Facts
      facts={[
        fact('serial', () => (
          <Show
            when={props.licence.terminal}
            fallback={
              <>
                {props.licence.serial}
                <span class="block text-xs text-warn">{t('license.page.terminalUnknown')}</span>
              </>
            }
          >
            {(terminal) => (
              <A href={terminalPath(terminal().id)} class="rounded font-medium text-accent hover:underline">
                {props.licence.serial}
              </A>
            )}
          </Show>
        )),
        fact('platform', () => platformsIn(i18n).nameOf(props.licence.platform)),
        fact('licId', () => props.licence.licId),
        fact('product', () => props.licence.product || t('license.noProduct')),
        fact('issuedAt', () => (props.licence.issuedAt ? dayOf(props.licence.issuedAt, i18n) : t('ui.none'))),
        fact('validUntil', () => (
          <Validity until={props.licence.validUntil} isEnded={props.licence.state !== 'current'} />
        )),
        { name: t('license.fact.fileName'), value: props.licence.fileName },
        {
          name: t('license.fact.size'),
          value: `${format.bytes(props.licence.sizeBytes)}, ${formatName(props.licence.format)}`,
        },
        {
          name: t('license.fact.imported'),
          value: t('license.by', {
            time: format.dateTime(props.licence.importedAt),
            name: makerWords(props.licence.importedBy, t),
          }),
        },
        ...(props.licence.endedAt === null
          ? []
          : [
              {
                name: t('license.fact.ended'),
                value: t('license.by', {
                  time: format.dateTime(props.licence.endedAt),
                  name: makerWords(props.licence.endedBy ?? t('ui.none'), t),
                }),
              },
            ]),
        {
          name: t('license.fact.sha256'),
          value: (
            <span class="flex items-center gap-1">
              <code class="min-w-0 truncate font-mono text-xs" title={props.licence.sha256}>
                {props.licence.sha256}
              </code>
              <CopyButton isIcon text={props.licence.sha256} />
            </span>
          ),
        },
      ]}
    />
  )
}
