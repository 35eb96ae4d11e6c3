export { dayOf } from './filing'
export { type PreparedSlip, prepareSlip } from './prepare'
export { SlipStore, type StoreOutcome } from './store'
