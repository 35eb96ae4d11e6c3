import type { Language } from '../../../core/languages'
import type { Copy, SlipResult, SlipType } from '../ingest/lists'

/** What a slip speaks of, as receipts, CSV and pages name it. */
export interface SlipWords {
  type: Record<SlipType, string>
  result: Record<SlipResult, string>
  copy: Record<Copy, string>
  field: Record<SlipFieldName, string>
  entryMode: Readonly<Record<string, string>>
  cvm: Readonly<Record<string, string>>
  signature: Readonly<Record<string, string>>
  /** Of a refund or reversal: what it takes back. */
  original: string
  totals: string
  signHere: string
}

export type SlipFieldName =
  | 'slipUid'
  | 'localDateTime'
  | 'filedAt'
  | 'receivedAt'
  | 'timeMark'
  | 'serial'
  | 'merchant'
  | 'type'
  | 'result'
  | 'amount'
  | 'currency'
  | 'tid'
  | 'mid'
  | 'rrn'
  | 'stan'
  | 'authCode'
  | 'responseCode'
  | 'receiptNo'
  | 'batchNo'
  | 'shiftNo'
  | 'orderId'
  | 'mcc'
  | 'card'
  | 'last4'
  | 'scheme'
  | 'entryMode'
  | 'cvm'
  | 'signature'
  | 'tip'
  | 'cashback'
  | 'fee'
  | 'surcharge'
  | 'originalAmount'
  | 'hadPan'
  | 'hasOtherTid'
  | 'isArchived'

/** Texts of both languages. Names of fields are short enough for a line of 32 columns. */
export const SLIP_WORDS: Record<Language, SlipWords> = {
  en: {
    type: {
      sale: 'Sale',
      refund: 'Refund',
      reversal: 'Reversal',
      void: 'Void',
      cash: 'Cash advance',
      cashback: 'Sale with cashback',
      preauth: 'Pre-authorisation',
      completion: 'Completion',
      balance: 'Balance inquiry',
      settlement: 'Settlement',
      qr: 'Payment by QR',
      other: 'Other',
    },
    result: {
      approved: 'Approved',
      declined: 'Declined',
      partial: 'Partly approved',
      aborted: 'Aborted',
      unknown: 'Unknown',
    },
    copy: { merchant: 'Merchant copy', customer: 'Customer copy' },
    field: {
      slipUid: 'Slip UID',
      localDateTime: 'Time',
      filedAt: 'Filed under',
      receivedAt: 'Received',
      timeMark: 'Time mark',
      serial: 'Serial number',
      merchant: 'Merchant',
      type: 'Type',
      result: 'Result',
      amount: 'Amount',
      currency: 'Currency',
      tid: 'TID',
      mid: 'MID',
      rrn: 'RRN',
      stan: 'STAN',
      authCode: 'Auth code',
      responseCode: 'Response code',
      receiptNo: 'Receipt no.',
      batchNo: 'Batch',
      shiftNo: 'Shift',
      orderId: 'Order',
      mcc: 'MCC',
      card: 'Card',
      last4: 'Last four digits',
      scheme: 'Scheme',
      entryMode: 'Entry mode',
      cvm: 'Verification',
      signature: 'Signature',
      tip: 'Tip',
      cashback: 'Cashback',
      fee: 'Fee',
      surcharge: 'Surcharge',
      originalAmount: 'Original amount',
      hadPan: 'Card number was cut',
      hasOtherTid: 'TID of no such terminal',
      isArchived: 'Archived',
    },
    entryMode: {
      contactless: 'contactless',
      chip: 'chip',
      magstripe: 'magnetic stripe',
      manual: 'keyed in',
      fallback: 'stripe in place of chip',
      qr: 'QR code',
    },
    cvm: {
      none: 'none',
      online_pin: 'online PIN',
      offline_pin: 'offline PIN',
      signature: 'signature',
      offline_pin_and_signature: 'offline PIN, signature',
      cdcvm: 'on the device',
    },
    signature: { none: 'not needed', required: 'required', captured: 'on screen' },
    original: 'Original',
    totals: 'Totals',
    signHere: "Cardholder's signature",
  },
  ru: {
    type: {
      sale: 'Оплата',
      refund: 'Возврат',
      reversal: 'Реверсал',
      void: 'Отмена',
      cash: 'Выдача наличных',
      cashback: 'Оплата с выдачей наличных',
      preauth: 'Предавторизация',
      completion: 'Завершение расчёта',
      balance: 'Запрос баланса',
      settlement: 'Сверка итогов',
      qr: 'Оплата по QR-коду',
      other: 'Прочее',
    },
    result: {
      approved: 'Одобрено',
      declined: 'Отказано',
      partial: 'Одобрено частично',
      aborted: 'Прервано',
      unknown: 'Неизвестно',
    },
    copy: { merchant: 'Экземпляр торговца', customer: 'Экземпляр клиента' },
    field: {
      slipUid: 'UID слипа',
      localDateTime: 'Время',
      filedAt: 'Учтён под временем',
      receivedAt: 'Получен',
      timeMark: 'Пометка времени',
      serial: 'Серийный номер',
      merchant: 'Предприятие',
      type: 'Операция',
      result: 'Результат',
      amount: 'Сумма',
      currency: 'Валюта',
      tid: 'TID',
      mid: 'MID',
      rrn: 'RRN',
      stan: 'STAN',
      authCode: 'Код авторизации',
      responseCode: 'Код ответа',
      receiptNo: 'Чек №',
      batchNo: 'Пакет',
      shiftNo: 'Смена',
      orderId: 'Заказ',
      mcc: 'MCC',
      card: 'Карта',
      last4: 'Последние 4 цифры',
      scheme: 'Платёжная система',
      entryMode: 'Способ ввода',
      cvm: 'Верификация',
      signature: 'Подпись',
      tip: 'Чаевые',
      cashback: 'Наличные',
      fee: 'Комиссия',
      surcharge: 'Надбавка',
      originalAmount: 'Исходная сумма',
      hadPan: 'Номер карты усечён',
      hasOtherTid: 'Чужой TID',
      isArchived: 'В архиве',
    },
    entryMode: {
      contactless: 'бесконтактно',
      chip: 'чип',
      magstripe: 'магнитная полоса',
      manual: 'вручную',
      fallback: 'полоса вместо чипа',
      qr: 'QR-код',
    },
    cvm: {
      none: 'не проводилась',
      online_pin: 'онлайн-ПИН',
      offline_pin: 'офлайн-ПИН',
      signature: 'подпись',
      offline_pin_and_signature: 'офлайн-ПИН и подпись',
      cdcvm: 'на устройстве',
    },
    signature: { none: 'не требуется', required: 'требуется', captured: 'на экране' },
    original: 'Исходная операция',
    totals: 'Итоги',
    signHere: 'Подпись клиента',
  },
}

/** What terminals say in their own words: known ones are translated, others stay as they are. */
export function wordOf(words: Readonly<Record<string, string>>, value: string): string {
  return words[value.toLowerCase()] ?? value
}

const SCHEMES: Readonly<Record<string, string>> = {
  mir: 'МИР',
  visa: 'Visa',
  mastercard: 'Mastercard',
  maestro: 'Maestro',
  unionpay: 'UnionPay',
  amex: 'American Express',
  jcb: 'JCB',
  belkart: 'БЕЛКАРТ',
  humo: 'Humo',
  uzcard: 'Uzcard',
  sbp: 'СБП',
}

/** A payment scheme as it writes itself. */
export function schemeName(scheme: string): string {
  return SCHEMES[scheme] ?? scheme
}
