export { conditionsOf, slipsWithin } from './filter'
export { findSlip, searchSlips } from './queries'
export { rowsOf, SLIP_COLUMNS, type SlipRow, toView } from './rows'
export { totalSlips } from './totals'
