export { dayOf } from './filing'
export { type PreparedSlip, prepareSlip } from './prepare'
export type { Slip } from './schemas'
export { SlipStore, type StoreOutcome } from './store'
