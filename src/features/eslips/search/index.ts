export { conditionsOf, slipsWithin } from './filter'
export { findSlip, searchSlips, searchWholeSlips, type WholeSlip } from './queries'
export { rowsOf, SLIP_COLUMNS, type SlipRow, toView } from './rows'
export { totalSlips } from './totals'
