export { conditionsOf, slipsWithin } from './filter'
export { findSlip, searchSlips } from './queries'
export { rowsOf, SLIP_COLUMNS, SLIP_JOINS, type SlipRow, toView } from './rows'
export { totalSlips } from './totals'
