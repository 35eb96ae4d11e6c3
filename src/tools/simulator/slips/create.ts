import { randomUUID } from 'node:crypto'
import type { Slip } from '../../../features/eslips/ingest'
import type { Place } from '../place'
import { between, type Chance, pick } from '../random'
import { type Cvm, digits, drawCard, type EntryMode, emvOf } from './cards'
import { localDateTime, rrnOf } from './moment'
import { printSlip } from './print'

/** A payment that can still be taken back. */
interface Paid {
  receiptNo: string
  rrn: string
  /** What is left of it, in minor units. */
  amount: number
  card: Pick<Slip, 'pan' | 'scheme' | 'entryMode'>
}

/** The counters of a terminal, which outlive its power. */
export interface TillState {
  receiptNo: number
  batchNo: number
  stan: number
  /** Local day of the open shift, which ends two hours before midnight. */
  day: string
  paid: Paid[]
  totals: NonNullable<Slip['totals']>
}

export interface TillOptions {
  chance: Chance
  place: Place
  tid: string
  /** False for the makes that give slips no name. */
  namesSlips: boolean
  /** How wrong its clock is. */
  clockSkewMs: number
  state?: TillState | undefined
}

export interface SlipSource {
  /** The slip of what happens at this moment, in Unix milliseconds of a right clock. */
  next(unixMs: number): Slip
  state(): TillState
}

const MOST_OF_A_SHIFT = 60
const CLOSES_BEFORE_MIDNIGHT_MS = 2 * 3_600_000
const MOST_TO_TAKE_BACK = 20
/** How many units of a currency a rouble is, about, and which amounts are paid in it: whole tenge, never tiyn. */
const MONEY: Record<string, { perRouble: number; step: number }> = {
  RUB: { perRouble: 1, step: 1 },
  BYN: { perRouble: 0.035, step: 1 },
  KZT: { perRouble: 6, step: 100 },
  UZS: { perRouble: 140, step: 10_000 },
  AMD: { perRouble: 5, step: 1_000 },
}
const DECLINES = ['51', '51', '51', '51', '05', '05', '55', '54', '57', '61', '91'] as const
/** Tapped without a PIN up to this many roubles. */
const TAP_LIMIT_ROUBLES = 3_000

/**
 * What a terminal's slips are like, one after the other: payments by card and by QR code, approved and declined; now and
 * then one is taken back; at the end of the shift the totals. The same chance gives the same slips but for their names.
 */
export function createSlips(options: TillOptions): SlipSource {
  const { chance, place, tid, namesSlips, clockSkewMs } = options
  const state = options.state ?? newState(chance)

  const operation = (
    unixMs: number,
    what: Pick<Slip, 'type' | 'result' | 'amount'> & Partial<Slip>,
  ): Slip => {
    state.receiptNo = (state.receiptNo % 9_999) + 1
    const slip: Slip = {
      ...(namesSlips ? { slipUid: randomUUID() } : {}),
      currency: place.currency,
      localDateTime: localDateTime(unixMs + clockSkewMs, place.utcOffset),
      tid,
      mid: place.mid,
      receiptNo: String(state.receiptNo),
      batchNo: String(state.batchNo),
      merchant: { name: place.shop, address: place.address, city: place.city, country: place.country },
      ...what,
    }
    const merchant = printSlip(slip, 'merchant')
    const isForBoth = slip.type !== 'settlement'
    return { ...slip, text: { merchant, ...(isForBoth ? { customer: printSlip(slip, 'customer') } : {}) } }
  }

  /** What the host answers, and the numbers it is found by again. */
  const answered = (unixMs: number, isApproved: boolean) => {
    state.stan = (state.stan % 999_999) + 1
    const stan = String(state.stan).padStart(6, '0')
    return {
      result: isApproved ? ('approved' as const) : ('declined' as const),
      responseCode: isApproved ? '00' : pick(chance, DECLINES),
      stan,
      rrn: rrnOf(unixMs, stan),
      ...(isApproved ? { authCode: digits(chance, 6) } : {}),
    }
  }

  const count = (type: Slip['type'], amount: number) => {
    const { currency } = place
    const total = state.totals.find((one) => one.type === type)
    if (total === undefined) state.totals.push({ type, currency, count: 1, amount })
    else {
      total.count++
      total.amount += amount
    }
  }

  const payment = (unixMs: number): Slip => {
    const amount = drawAmount(chance, place.currency)
    const isByQr = place.currency === 'RUB' && chance() < 0.08
    if (!isByQr && chance() < 0.01)
      return operation(unixMs, { type: 'sale', result: 'aborted', amount, entryMode: 'chip' })
    const isApproved = chance() < 0.93
    const card = isByQr ? { scheme: 'sbp', entryMode: 'qr' } : presentCard(chance, place, amount, isApproved)
    const answer = answered(unixMs, isApproved)
    const type = isByQr ? 'qr' : 'sale'
    const slip = operation(unixMs, { type, amount, ...answer, ...card })
    if (isApproved) {
      count(type, amount)
      const { receiptNo = '', pan, scheme, entryMode } = slip
      const shown = { ...(pan === undefined ? {} : { pan }), scheme, entryMode }
      state.paid.push({ receiptNo, rrn: answer.rrn, amount, card: shown })
      state.paid.splice(0, state.paid.length - MOST_TO_TAKE_BACK)
    }
    return slip
  }

  const takeBack = (unixMs: number, paid: Paid): Slip => {
    const type = pick(chance, ['refund', 'refund', 'reversal', 'void'] as const)
    const isWhole = type !== 'refund' || chance() < 0.7
    const amount = isWhole ? paid.amount : Math.max(1, Math.floor(paid.amount * chance()))
    paid.amount -= amount
    if (paid.amount === 0) state.paid.splice(state.paid.indexOf(paid), 1)
    count(type, amount)
    const original = { rrn: paid.rrn, receiptNo: paid.receiptNo }
    return operation(unixMs, { type, amount, original, ...paid.card, ...answered(unixMs, true) })
  }

  const settlement = (unixMs: number): Slip => {
    const { totals } = state
    const sumOf = (isPaid: boolean) =>
      totals
        .filter(({ type }) => (type === 'sale' || type === 'qr') === isPaid)
        .reduce((sum, one) => sum + one.amount, 0)
    const amount = Math.max(0, sumOf(true) - sumOf(false))
    const slip = operation(unixMs, { type: 'settlement', result: 'approved', amount, totals })
    Object.assign(state, { totals: [], batchNo: state.batchNo + 1 })
    return slip
  }

  return {
    next(unixMs) {
      const day = localDateTime(unixMs + CLOSES_BEFORE_MIDNIGHT_MS, place.utcOffset).slice(0, 10)
      const done = state.totals.reduce((sum, one) => sum + one.count, 0)
      const isOver = day !== state.day || done >= MOST_OF_A_SHIFT
      state.day = day
      if (isOver && done > 0) return settlement(unixMs)
      const isTakenBack = state.paid.length > 0 && chance() < 0.04
      return isTakenBack ? takeBack(unixMs, pick(chance, state.paid)) : payment(unixMs)
    },
    state: () => state,
  }
}

function newState(chance: Chance): TillState {
  return {
    receiptNo: between(chance, 0, 5_000),
    batchNo: between(chance, 1, 400),
    stan: between(chance, 0, 900_000),
    day: '',
    paid: [],
    totals: [],
  }
}

/** Small sums often, large ones seldom; prices end in 0 or 9, receipts of many things in anything. */
function drawAmount(chance: Chance, currency: string): number {
  const { perRouble, step } = MONEY[currency] ?? { perRouble: 1, step: 1 }
  const roubles = 90 * Math.exp(chance() * 2 + chance() * chance() * 4)
  const isOneThing = chance() < 0.5
  const minor =
    (isOneThing ? Math.ceil(roubles / 10) * 10 - pick(chance, [0, 0, 1]) : roubles) * perRouble * 100
  return Math.max(1, Math.round(minor / step)) * step
}

function presentCard(
  chance: Chance,
  { currency }: Place,
  amount: number,
  isApproved: boolean,
): Partial<Slip> {
  const card = drawCard(chance)
  const entryMode: EntryMode = pick(chance, [
    ...Array<EntryMode>(14).fill('contactless'),
    ...Array<EntryMode>(5).fill('chip'),
    'magstripe',
  ])
  const roubles = amount / 100 / (MONEY[currency]?.perRouble ?? 1)
  const cvm = cvmOf(chance, entryMode, roubles)
  const emv = emvOf(chance, card, { entryMode, cvm, isApproved })
  return {
    pan: { first6: card.first6, last4: card.last4, length: 16 },
    scheme: card.scheme,
    entryMode,
    cvm,
    ...(emv === undefined ? {} : { emv }),
  }
}

function cvmOf(chance: Chance, entryMode: EntryMode, roubles: number): Cvm {
  if (entryMode === 'magstripe') return 'signature'
  if (entryMode === 'chip') return chance() < 0.95 ? 'online_pin' : 'signature'
  if (chance() < 0.4) return 'device'
  return roubles > TAP_LIMIT_ROUBLES ? 'online_pin' : 'none'
}
