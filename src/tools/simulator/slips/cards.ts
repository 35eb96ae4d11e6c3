import { between, type Chance, pick } from '../random'

export interface Card {
  scheme: string
  first6: string
  last4: string
  aid: string
  label: string
}

export interface Emv {
  aid: string
  label: string
  tvr: string
  tsi: string
  ac: string
  acType: 'TC' | 'ARQC' | 'AAC'
  atc: string
}

type Product = Omit<Card, 'last4'>

/** Invented prefixes inside the brands' ranges (ISO/IEC 7812-1), with the applications those cards carry. */
const PRODUCTS: readonly Product[] = [
  { scheme: 'mir', first6: '220000', aid: 'A0000006581010', label: 'MIR' },
  { scheme: 'mir', first6: '220155', aid: 'A0000006581010', label: 'MIR DEBIT' },
  { scheme: 'mir', first6: '220499', aid: 'A0000006582010', label: 'MIR CREDIT' },
  { scheme: 'visa', first6: '400012', aid: 'A0000000031010', label: 'VISA DEBIT' },
  { scheme: 'visa', first6: '477777', aid: 'A0000000031010', label: 'VISA CREDIT' },
  { scheme: 'mastercard', first6: '510001', aid: 'A0000000041010', label: 'MASTERCARD' },
  { scheme: 'mastercard', first6: '545454', aid: 'A0000000041010', label: 'DEBIT MASTERCARD' },
  { scheme: 'unionpay', first6: '620099', aid: 'A000000333010101', label: 'UnionPay Debit' },
  { scheme: 'unionpay', first6: '625800', aid: 'A000000333010102', label: 'UnionPay Credit' },
]
/** How many of a hundred cards are of the product of the same place in the list above. */
const SHARES = [28, 24, 6, 11, 6, 10, 9, 4, 2] as const

export function drawCard(chance: Chance): Card {
  let luck = between(chance, 1, 100)
  const at = SHARES.findIndex((share) => {
    luck -= share
    return luck <= 0
  })
  return { ...(PRODUCTS[at] as Product), last4: digits(chance, 4) }
}

export type EntryMode = 'contactless' | 'chip' | 'magstripe'
export type Cvm = 'none' | 'online_pin' | 'signature' | 'device'

/**
 * What the kernel leaves for the slip (EMV 4.3 book 3, annex C): TVR says "above the floor limit" and, with a PIN,
 * "online PIN entered"; contactless Visa reports neither. An approved contactless card has answered with an ARQC only.
 */
export function emvOf(
  chance: Chance,
  card: Card,
  way: { entryMode: EntryMode; cvm: Cvm; isApproved: boolean },
): Emv | undefined {
  if (way.entryMode === 'magstripe') return undefined
  const isTap = way.entryMode === 'contactless'
  const isBare = isTap && card.scheme === 'visa'
  const pin = way.cvm === 'online_pin' ? '04' : '00'
  return {
    aid: card.aid,
    label: card.label,
    tvr: isBare ? '0000000000' : `0000${pin}80${isTap && card.scheme === 'mastercard' ? '01' : '00'}`,
    tsi: isBare ? '0000' : 'E800',
    ac: cryptogram(chance),
    acType: way.isApproved ? (isTap ? 'ARQC' : 'TC') : 'AAC',
    atc: hex(chance, 4),
  }
}

export function digits(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => between(chance, 0, 9)).join('')
}

const hex = (chance: Chance, count: number) =>
  Array.from({ length: count }, () => between(chance, 0, 15).toString(16).toUpperCase()).join('')

/** Begins with a letter: sixteen decimal digits could pass for a card number. */
const cryptogram = (chance: Chance) => pick(chance, [...'ABCEF']) + hex(chance, 15)
