import type { Language } from '../../../core/languages'
import type { CsvColumn } from '../../../core/spreadsheet'
import { decimalOf, SLIP_WORDS, type SlipFieldName } from '../receipt'
import type { SlipView } from '../search/schemas'

const column = (
  name: SlipFieldName,
  cell: (slip: SlipView) => string | null,
  unit = '',
): CsvColumn<SlipView> => ({
  heading: { en: SLIP_WORDS.en.field[name] + unit, ru: SLIP_WORDS.ru.field[name] + unit },
  cell,
})

const yesNo = (value: boolean) => String(value)

/** What CSV says of a slip. Amounts with the point or comma by which spreadsheets of that language know numbers. */
export const slipColumns = (language: Language): readonly CsvColumn<SlipView>[] => [
  column('localDateTime', (slip) => slip.localDateTime),
  column('filedAt', (slip) => slip.filedAt, ' (UTC)'),
  column('receivedAt', (slip) => slip.receivedAt, ' (UTC)'),
  column('timeMark', (slip) => slip.timeMark),
  column('serial', (slip) => slip.serial),
  column('merchant', (slip) => slip.merchantName),
  column('tid', (slip) => slip.tid),
  column('mid', (slip) => slip.mid),
  column('type', (slip) => slip.type),
  column('result', (slip) => slip.result),
  column('amount', (slip) => {
    const decimal = decimalOf(slip.amount, slip.currency)
    return language === 'ru' ? decimal.replace('.', ',') : decimal
  }),
  column('currency', (slip) => slip.currency),
  column('rrn', (slip) => slip.rrn),
  column('authCode', (slip) => slip.authCode),
  column('receiptNo', (slip) => slip.receiptNo),
  column('last4', (slip) => slip.last4),
  column('scheme', (slip) => slip.scheme),
  column('hadPan', (slip) => yesNo(slip.hadPan)),
  column('hasOtherTid', (slip) => yesNo(slip.hasOtherTid)),
  column('isArchived', (slip) => yesNo(slip.isArchived)),
  column('slipUid', (slip) => slip.slipUid),
]
