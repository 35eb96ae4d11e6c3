import { Show } from 'solid-js'
import type { I18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import type { Column } from '../../../../ui/table'
import { KIND_FACTS } from '../../lists'
import type { AlertRecipientView, AlertRuleView } from '../../schemas'
import { SeverityBadge } from '../badges'
import { kindKey } from '../words'
import { thresholdWords } from './words'

/** The columns of the list of rules. */
export function ruleColumns(
  i18n: I18n,
  {
    recipients,
    onChange,
  }: {
    /** Undefined where the visitor may not know them. */
    recipients(): readonly AlertRecipientView[] | undefined
    onChange: ((rule: AlertRuleView) => void) | undefined
  },
): Column<AlertRuleView>[] {
  const { t, format } = i18n
  const minutes = (count: number) => (count === 0 ? t('alerts.rules.atOnce') : format.duration(count * 60))
  const addresses = (rule: AlertRuleView) =>
    recipients()
      ?.filter(({ id }) => rule.recipientIds.includes(id))
      .map(({ address }) => address) ?? []
  const columns: Column<AlertRuleView>[] = [
    {
      id: 'kind',
      header: t('alerts.kindLabel'),
      isFixed: true,
      cell: (row) => <span class="font-medium sm:whitespace-nowrap">{t(kindKey(row.kind))}</span>,
    },
    {
      id: 'severity',
      header: t('alerts.severity.label'),
      isFixed: true,
      cell: (row) => (
        <Show when={row.isOn} fallback={<Badge tone="neutral">{t('alerts.rules.off')}</Badge>}>
          <SeverityBadge severity={row.severity} />
        </Show>
      ),
    },
    {
      id: 'threshold',
      header: t('alerts.rules.threshold'),
      cell: (row) => <span class="digits">{thresholdWords(row, i18n) ?? t('ui.none')}</span>,
    },
    {
      id: 'raiseAfter',
      header: t('alerts.rules.raiseAfter'),
      cell: (row) => <span class="digits">{minutes(row.raiseAfterMinutes)}</span>,
    },
    {
      id: 'clearAfter',
      header: t('alerts.rules.clearAfter'),
      cell: (row) => <span class="digits">{minutes(row.clearAfterMinutes)}</span>,
    },
    {
      id: 'groupedFrom',
      header: t('alerts.rules.grouped'),
      align: 'end',
      cell: (row) =>
        KIND_FACTS[row.kind].about === 'terminals' ? (
          <span class="digits">{format.number(row.groupedFrom)}</span>
        ) : (
          t('ui.none')
        ),
    },
    {
      id: 'mails',
      header: t('alerts.rules.mails'),
      cell: (row) => (
        <span class="break-all">
          {addresses(row).length === 0 ? t('ui.none') : addresses(row).join(', ')}
        </span>
      ),
    },
  ]
  const actions: Column<AlertRuleView> = {
    id: 'actions',
    header: t('ui.actions'),
    isFixed: true,
    align: 'end',
    cell: (row) => (
      <Button
        size="small"
        aria-label={t('alerts.rules.changeOf', { kind: t(kindKey(row.kind)) })}
        onClick={() => onChange?.(row)}
      >
        {t('alerts.rules.change')}
      </Button>
    ),
  }
  return [
    ...columns.filter(({ id }) => id !== 'mails' || onChange !== undefined),
    ...(onChange === undefined ? [] : [actions]),
  ]
}
