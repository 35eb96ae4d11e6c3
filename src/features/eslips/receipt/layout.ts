import type { Language } from '../../../core/languages'
import type { Copy } from '../ingest/lists'
import type { Slip } from '../ingest/schemas'
import { amountText } from './amount'
import { COLUMNS, centred, columnsOf, pair, type ReceiptLine, visibleOf, wrap } from './paper'
import { SLIP_WORDS, type SlipFieldName, schemeName, wordOf } from './words'

const RULE = '-'.repeat(COLUMNS)
const EMV_NAMES: Readonly<Record<string, string>> = {
  label: 'APP',
  preferredName: 'APP NAME',
  aid: 'AID',
  tvr: 'TVR',
  tsi: 'TSI',
  acType: 'AC TYPE',
  ac: 'AC',
  atc: 'ATC',
  un: 'UN',
  iad: 'IAD',
  panSeq: 'PAN SEQ',
}

/** The receipt of a slip whose printed lines are not known, laid out from its fields for 32 columns. */
export function layOut(slip: Slip, copy: Copy, language: Language): ReceiptLine[] {
  const words = SLIP_WORDS[language]
  const money = (minor: number, currency = slip.currency) =>
    amountText(minor, currency, language).replace(/\s/g, ' ')
  const fact = (name: SlipFieldName, value: string | undefined) => named(words.field[name], value)

  const shop = slip.merchant ?? {}
  const place = [shop.address, [shop.city, shop.country].filter(Boolean).join(', ')]
  const amounts = slip.amounts ?? {}
  const part = (name: SlipFieldName, minor: number | undefined) =>
    fact(name, minor === undefined ? undefined : money(minor))
  const card = slip.pan?.last4 === undefined ? undefined : `**** ${slip.pan.last4}`
  const needsSignature = copy === 'merchant' && slip.signature === 'required'

  const sections: ReceiptLine[][] = [
    [...strong(shop.name), ...place.flatMap((one) => middle(one))],
    [
      ...fact('tid', slip.tid),
      ...fact('mid', slip.mid),
      ...fact('mcc', slip.mcc),
      ...fact('receiptNo', slip.receiptNo),
      ...fact('batchNo', slip.batchNo),
      ...fact('shiftNo', slip.shiftNo),
      ...fact('orderId', slip.orderId),
      ...fact('localDateTime', timeText(slip.localDateTime, language)),
    ],
    [...strong(words.type[slip.type].toLocaleUpperCase(language)), ...large(money(slip.amount))],
    [
      ...part('tip', amounts.tip),
      ...part('cashback', amounts.cashback),
      ...part('fee', amounts.fee),
      ...part('surcharge', amounts.surcharge),
      ...part('originalAmount', amounts.original),
    ],
    titled(
      words.totals,
      (slip.totals ?? []).flatMap((one) =>
        named(`${words.type[one.type]} × ${one.count}`, money(one.amount, one.currency)),
      ),
    ),
    titled(words.original, [
      ...fact('rrn', slip.original?.rrn),
      ...fact('stan', slip.original?.stan),
      ...fact('receiptNo', slip.original?.receiptNo),
    ]),
    [
      ...fact('card', card),
      ...fact('scheme', slip.scheme === undefined ? undefined : schemeName(slip.scheme)),
      ...fact('entryMode', translated(words.entryMode, slip.entryMode)),
      ...fact('cvm', translated(words.cvm, slip.cvm)),
      ...fact('signature', translated(words.signature, slip.signature)),
      ...fact('rrn', slip.rrn),
      ...fact('stan', slip.stan),
      ...fact('authCode', slip.authCode),
      ...fact('responseCode', slip.responseCode),
    ],
    Object.entries(EMV_NAMES).flatMap(([key, name]) => named(name, slip.emv?.[key as keyof Slip['emv']])),
    large(words.result[slip.result].toLocaleUpperCase(language)),
    needsSignature ? [blank(), blank(), plain('_'.repeat(COLUMNS)), ...middle(words.signHere)] : [],
    [...middle(words.copy[copy]), ...middle(slip.slipUid)],
  ]
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : [plain(RULE), ...section]))
}

const plain = (text: string): ReceiptLine => ({ text, look: 'plain' })
const blank = () => plain('')

const named = (name: string, value: string | undefined): ReceiptLine[] =>
  value === undefined ? [] : pair(name, visibleOf(value)).map(plain)

const middle = (text: string | undefined): ReceiptLine[] =>
  wrap(visibleOf(text ?? '')).map((line) => plain(centred(line)))

const strong = (text: string | undefined): ReceiptLine[] =>
  middle(text).map((line) => ({ ...line, look: 'strong' }))

/** In letters of twice the size where they fit. */
const large = (text: string): ReceiptLine[] =>
  columnsOf(text) * 2 <= COLUMNS ? [{ text, look: 'large' }] : strong(text)

const titled = (title: string, lines: ReceiptLine[]): ReceiptLine[] =>
  lines.length === 0 ? [] : [...wrap(title).map(plain), ...lines]

const translated = (words: Readonly<Record<string, string>>, value: string | undefined) =>
  value === undefined ? undefined : wordOf(words, value)

/** The terminal's time as it said it: without a zone where it named none. */
export function timeText(localDateTime: string, language: Language): string {
  const [, year = '', month = '', day = '', time = '', zone = ''] =
    /^(\d{4})-(\d{2})-(\d{2})T([\d:]+)(?:\.\d+)?(.*)$/.exec(localDateTime) ?? []
  const date = language === 'ru' ? `${day}.${month}.${year}` : `${year}-${month}-${day}`
  return [date, time, zone.toUpperCase() === 'Z' ? 'UTC' : zone].filter(Boolean).join(' ')
}
