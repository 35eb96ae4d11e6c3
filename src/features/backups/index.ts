export { holdBlobs, sparingBlobs } from './hold'
export { type NamedBlob, namedBlobs } from './named'
export { noteBackup, noteMove, noteRestore } from './notes'
