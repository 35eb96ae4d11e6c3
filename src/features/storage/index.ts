export { type BlobProblem, type Verification, verifyBlobs } from './verify'
