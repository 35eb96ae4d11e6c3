import type { Copy, Slip } from '../../../features/eslips/ingest'
import { printedMoment } from './moment'

/** Characters in a line of 58 mm paper. */
export const COLUMNS = 32

const RULE = '-'.repeat(COLUMNS)

const TITLES: Partial<Record<Slip['type'], string>> = {
  sale: 'ОПЛАТА',
  qr: 'ОПЛАТА ПО QR-КОДУ',
  refund: 'ВОЗВРАТ',
  reversal: 'РЕВЕРСАЛ',
  void: 'ОТМЕНА',
  settlement: 'СВЕРКА ИТОГОВ',
}
const SCHEMES: Record<string, string> = {
  mir: 'МИР',
  visa: 'VISA',
  mastercard: 'MASTERCARD',
  unionpay: 'UNIONPAY',
  sbp: 'СБП',
}
const ENTRIES: Record<string, string> = {
  contactless: 'БЕСКОНТАКТНО',
  chip: 'ЧИП',
  magstripe: 'МАГНИТНАЯ ПОЛОСА',
  qr: 'QR-КОД',
}
const OUTCOMES: Record<Slip['result'], string> = {
  approved: 'ОДОБРЕНО',
  declined: 'ОТКАЗ',
  partial: 'ОДОБРЕНО ЧАСТИЧНО',
  aborted: 'ОПЕРАЦИЯ ПРЕРВАНА',
  unknown: 'РЕЗУЛЬТАТ НЕИЗВЕСТЕН',
}
const REASONS: Record<string, string> = {
  '05': 'ОТКАЗАНО БАНКОМ-ЭМИТЕНТОМ',
  '51': 'НЕДОСТАТОЧНО СРЕДСТВ',
  '54': 'СРОК ДЕЙСТВИЯ КАРТЫ ИСТЁК',
  '55': 'НЕВЕРНЫЙ ПИН-КОД',
  '57': 'ОПЕРАЦИЯ НЕ РАЗРЕШЕНА',
  '61': 'ПРЕВЫШЕН ЛИМИТ',
  '91': 'ЭМИТЕНТ НЕДОСТУПЕН',
}
const HOLDERS: Record<string, string[]> = {
  none: ['ПОДПИСЬ НЕ ТРЕБУЕТСЯ'],
  online_pin: ['ВВЕДЁН ПИН-КОД'],
  device: ['ПОДТВЕРЖДЕНО НА УСТРОЙСТВЕ'],
  signature: ['', '________________________________', 'ПОДПИСЬ КЛИЕНТА'],
}

/** The lines a terminal's printer gets for a copy of the slip. */
export function printSlip(slip: Slip, copy: Copy): string[] {
  const body = slip.type === 'settlement' ? settlementLines(slip) : operationLines(slip, copy)
  return [
    ...headLines(slip),
    RULE,
    centred(TITLES[slip.type] ?? 'ОПЕРАЦИЯ'),
    ...body,
    RULE,
    centred(copy === 'merchant' ? 'ЭКЗЕМПЛЯР МАГАЗИНА' : 'ЭКЗЕМПЛЯР КЛИЕНТА'),
  ]
}

function headLines({ merchant, receiptNo = '', batchNo = '', tid = '', mid = '', localDateTime }: Slip) {
  const { day, time } = printedMoment(localDateTime)
  return [
    ...wrapped((merchant?.name ?? '').toUpperCase()),
    ...wrapped(`${merchant?.city ?? ''}, ${merchant?.address ?? ''}`),
    ends(day, time),
    ends(`ЧЕК ${receiptNo.padStart(4, '0')}`, `СМЕНА ${batchNo.padStart(4, '0')}`),
    ends('ТЕРМИНАЛ', tid),
    ends('ТСП', mid),
  ]
}

function operationLines(slip: Slip, copy: Copy): string[] {
  const { pan, emv, scheme = '', entryMode = '', original, authCode, rrn, responseCode } = slip
  const lines = [ends(SCHEMES[scheme] ?? scheme.toUpperCase(), ENTRIES[entryMode] ?? '')]
  if (pan !== undefined)
    lines.push(
      ends('КАРТА', copy === 'merchant' ? `${pan.first6}******${pan.last4}` : `************${pan.last4}`),
    )
  if (emv !== undefined) {
    lines.push(ends('ПРИЛОЖЕНИЕ', emv.label ?? ''), ends('AID', emv.aid ?? ''))
    if (copy === 'merchant')
      lines.push(ends(`TVR ${emv.tvr}`, `TSI ${emv.tsi}`), ends(emv.acType ?? '', emv.ac ?? ''))
  }
  if (original !== undefined)
    lines.push(
      ends('К ЧЕКУ', (original.receiptNo ?? '').padStart(4, '0')),
      ends('RRN ОПЛАТЫ', original.rrn ?? ''),
    )
  lines.push(RULE, ends('СУММА', `${money(slip.amount)} ${slip.currency}`), RULE)
  lines.push(centred(OUTCOMES[slip.result]))
  if (responseCode !== undefined && slip.result === 'declined')
    lines.push(...wrapped(REASONS[responseCode] ?? 'ОБРАТИТЕСЬ В БАНК'))
  if (authCode !== undefined) lines.push(ends('КОД АВТОРИЗАЦИИ', authCode))
  if (rrn !== undefined) lines.push(ends('RRN', rrn))
  if (responseCode !== undefined) lines.push(ends('КОД ОТВЕТА', responseCode))
  if (slip.result === 'approved') lines.push(...(HOLDERS[slip.cvm ?? ''] ?? []).map(centred))
  return lines
}

function settlementLines({ totals = [], currency, amount, result }: Slip): string[] {
  return [
    ...totals.flatMap((one) => [
      ends(TITLES[one.type] ?? one.type, String(one.count)),
      ends('', `${money(one.amount)} ${one.currency}`),
    ]),
    RULE,
    ends('ИТОГО', `${money(amount)} ${currency}`),
    centred(result === 'approved' ? 'ИТОГИ СОВПАЛИ' : 'ИТОГИ НЕ СОВПАЛИ'),
  ]
}

/** `1 250,50`: as printers in Russia group it. */
function money(minor: number): string {
  const whole = String(Math.floor(minor / 100)).replace(/\B(?=(\d{3})+$)/g, ' ')
  return `${whole},${String(minor % 100).padStart(2, '0')}`
}

function ends(left: string, right: string): string {
  return left + right.padStart(COLUMNS - left.length)
}

function centred(text: string): string {
  return ' '.repeat(Math.max(0, (COLUMNS - text.length) >> 1)) + text
}

function wrapped(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trim()
    if (line.length > COLUMNS) lines.push(word)
    else lines[lines.length - 1] = line
  }
  return lines.map(centred)
}
