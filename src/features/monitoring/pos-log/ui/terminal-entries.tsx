import { useI18n } from '../../../../i18n'
import { DataList } from '../../../../ui/data-list'
import { posColumns } from './columns'
import { rowsOf } from './rows'
import type { Entry, Gap } from './words'

const COLUMNS = ['time', 'message', 'result', 'duration']

/** The latest requests of one terminal, with the holes of the log between them. */
export function TerminalEntries(props: {
  entries: readonly Entry[]
  gaps: readonly Gap[]
  onShow: (entry: Entry) => void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const columns = () => posColumns(i18n, props.onShow).filter(({ id }) => COLUMNS.includes(id))
  return (
    <DataList
      label={t('posLog.terminal.title')}
      none={t('posLog.terminal.none')}
      head={columns().map(({ header }) => header)}
      rows={rowsOf(props.entries, props.gaps).map((row) => columns().map(({ cell }) => cell(row)))}
    />
  )
}
