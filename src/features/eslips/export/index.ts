export { type CreatedSlip, readCreatedSlips } from './created'
