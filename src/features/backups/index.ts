export { type BlobHold, holdBlobs, sparingBlobs } from './hold'
export { noteBackup, noteMove, noteRestore } from './notes'
