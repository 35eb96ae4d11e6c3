export { type CreatedSlip, newestSlipSeq, readCreatedSlips } from './created'
export { pullCursorAfter } from './pull'
