import { useI18n } from '../../../../i18n'
import { DataList } from '../../../../ui/data-list'
import { posColumns } from './columns'
import { type LogRow, rowsOf } from './rows'
import type { Entry, Gap } from './words'

/** The latest requests of one terminal, with the holes of the log between them; in as few columns as a telephone shows. */
export function TerminalEntries(props: {
  entries: readonly Entry[]
  gaps: readonly Gap[]
  onShow: (entry: Entry) => void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const columns = () => posColumns(i18n, props.onShow)
  const cell = (id: string, row: LogRow) =>
    columns()
      .find((column) => column.id === id)
      ?.cell(row)
  return (
    <DataList
      label={t('posLog.terminal.title')}
      none={t('posLog.terminal.none')}
      head={[t('posLog.column.time'), t('posLog.column.message'), t('posLog.column.duration')]}
      rows={rowsOf(props.entries, props.gaps).map((row) => [
        cell('time', row),
        <span class="flex flex-col items-start gap-1">
          {cell('message', row)}
          {cell('result', row)}
        </span>,
        cell('duration', row),
      ])}
    />
  )
}
