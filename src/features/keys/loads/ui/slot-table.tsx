import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { DataList } from '../../../../ui/data-list'
import { compareKcvs } from '../../bundle/compare'
import type { KeyFileView } from '../schemas'
import { algorithmName, headerWords } from './words'

/** What is known of each key in a file: its header in words, and its check value as deposited and as the terminal says. */
export function SlotTable(props: { file: KeyFileView }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const verdict = () => compareKcvs(props.file.slots, props.file.reportedKcvs ?? [])
  const reportedOf = (slot: string) => props.file.reportedKcvs?.find((one) => one.slot === slot)?.kcv
  const hasHeaders = () => props.file.slots.some(({ usage }) => usage !== null)
  const hasExports = () => props.file.slots.some(({ exportability }) => exportability !== null)
  const strangers = () =>
    (props.file.reportedKcvs ?? []).filter(({ slot }) => verdict().unknown.includes(slot))

  function Reported(slotProps: { slot: string; deposited: string | null }) {
    const isWrong = () => verdict().mismatches.includes(slotProps.slot)
    const isMissing = () => verdict().missing.includes(slotProps.slot)
    return (
      <Show when={props.file.reportedKcvs !== null} fallback={t('ui.none')}>
        <span class="flex flex-wrap items-center gap-2">
          <span class={isWrong() ? 'font-semibold text-danger' : ''}>{reportedOf(slotProps.slot)}</span>
          <Show
            when={isWrong()}
            fallback={
              <Show
                when={isMissing()}
                fallback={
                  <Show when={slotProps.deposited !== null}>
                    <Badge tone="good">{t('keys.page.same')}</Badge>
                  </Show>
                }
              >
                <Badge tone="warn">{t('keys.page.notReported')}</Badge>
              </Show>
            }
          >
            <Badge tone="danger">{t('keys.page.differs')}</Badge>
          </Show>
        </span>
      </Show>
    )
  }

  return (
    <>
      <DataList
        label={t('keys.page.slots', { sequence: format.number(props.file.sequence) })}
        none={t('keys.page.noSlots')}
        head={[
          t('keys.fact.slot'),
          t('keys.fact.deposited'),
          t('keys.fact.reported'),
          ...(hasHeaders() ? [t('keys.fact.usage'), t('keys.fact.mode'), t('keys.fact.keyVersion')] : []),
          ...(hasExports() ? [t('keys.fact.exportability')] : []),
        ]}
        rows={props.file.slots.map((one) => [
          <span class="font-medium">{one.slot}</span>,
          one.kcv,
          <Reported slot={one.slot} deposited={one.kcv} />,
          ...(hasHeaders()
            ? [
                headerWords('usage', one.usage, i18n),
                [algorithmName(one.algorithm), headerWords('mode', one.mode, i18n)]
                  .filter(Boolean)
                  .join(', '),
                one.keyVersion,
              ]
            : []),
          ...(hasExports() ? [headerWords('exportability', one.exportability, i18n)] : []),
        ])}
      />
      <Show when={strangers().length > 0}>
        <p class="digits mt-2 text-sm text-muted">
          {t('keys.page.byTerminal', {
            kcvs: strangers()
              .map(({ slot, kcv }) => `${slot} ${kcv}`)
              .join(', '),
          })}
        </p>
      </Show>
    </>
  )
}
