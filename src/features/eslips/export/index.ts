export { type CreatedSlip, readCreatedSlips } from './created'
export { getSlip } from './details'
