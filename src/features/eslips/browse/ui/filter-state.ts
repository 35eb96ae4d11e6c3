import type { TableState } from '../../../../ui/table'
import { SLIP_RESULTS, SLIP_TYPES, TIME_MARKS } from '../../ingest/lists'
import { minorOf } from '../../receipt'
import type { SlipFilter } from '../../search/schemas'
import { PRESETS, type Preset, periodOf, USUAL_PRESET } from './period'

/** What the address holds. Amounts are as people type them; `mark` is a mark of the time, or `pan`. */
export const SLIP_FILTERS = [
  'period',
  'first',
  'last',
  'tid',
  'rrn',
  'last4',
  'amountFrom',
  'amountTo',
  'currency',
  'type',
  'result',
  'mid',
  'merchant',
  'terminal',
  'authCode',
  'receiptNo',
  'scheme',
  'mark',
] as const
export type SlipFilterName = (typeof SLIP_FILTERS)[number]

type Read = Pick<TableState<SlipFilterName>, 'filter'>

/** The mark of slips of which a card number was cut. */
export const PAN_MARK = 'pan'
/** Digits after the point where no currency is chosen are those of most. */
const USUAL_CURRENCY = 'RUB'

/** Whether a field can be searched for as it is; fields that are not here can always. */
export const FITS: Partial<Record<SlipFilterName, (value: string, currency?: string) => boolean>> = {
  last4: (value) => /^\d{4}$/.test(value),
  amountFrom: (value, currency) => minorOf(value, currency ?? USUAL_CURRENCY) !== undefined,
  amountTo: (value, currency) => minorOf(value, currency ?? USUAL_CURRENCY) !== undefined,
  currency: (value) => /^[A-Z]{3}$/.test(value),
}

/** Where nothing is chosen: disputes come weeks later, so what names one slip is looked for in all of them. */
export const usualPresetOf = (state: Read): Preset =>
  (['rrn', 'authCode', 'receiptNo'] as const).some((name) => state.filter(name)?.trim())
    ? 'any'
    : USUAL_PRESET
export const presetOf = (state: Read): Preset =>
  PRESETS.find((one) => one === state.filter('period')) ?? usualPresetOf(state)

/** The server's filter by what the address says; a value that no filter knows is left out. */
export function filterOf(state: Read, now: Date): SlipFilter {
  const text = (name: SlipFilterName) => {
    const value = state.filter(name)?.trim()
    return value !== undefined && value !== '' && value.length <= MOST_CHARACTERS ? value : undefined
  }
  const fitting = (name: SlipFilterName, value = text(name)) =>
    value !== undefined && FITS[name]?.(value, currency) ? value : undefined
  const upper = text('currency')?.toUpperCase()
  const currency = upper !== undefined && FITS.currency?.(upper) ? upper : undefined
  const amount = (name: SlipFilterName) => {
    const value = fitting(name)
    return value === undefined ? undefined : minorOf(value, currency ?? USUAL_CURRENCY)
  }
  const [first, last] = [state.filter('first'), state.filter('last')]
  const days = { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) }
  const mark = state.filter('mark')
  const given: SlipFilter = {
    ...periodOf(presetOf(state), days, now),
    tid: text('tid'),
    rrn: text('rrn'),
    last4: fitting('last4'),
    amountFrom: amount('amountFrom'),
    amountTo: amount('amountTo'),
    currency,
    type: SLIP_TYPES.find((one) => one === state.filter('type')),
    result: SLIP_RESULTS.find((one) => one === state.filter('result')),
    mid: text('mid'),
    merchantId: uuid(state.filter('merchant')),
    terminalId: uuid(state.filter('terminal')),
    authCode: text('authCode'),
    receiptNo: text('receiptNo'),
    scheme: text('scheme')?.toLowerCase(),
    hadPan: mark === PAN_MARK ? true : undefined,
    timeMark: TIME_MARKS.find((one) => one === mark),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as SlipFilter
}

const MOST_CHARACTERS = 64
const uuid = (value: string | undefined) =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value ?? '') ? value : undefined
