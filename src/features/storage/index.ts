export { type Move, type MoveProblem, moveBlobs } from './move/move'
export { countNamed, type KeptBlob, keptBlobs } from './named'
export {
  type BlobStanding,
  findPlace,
  followPlace,
  type PlacedBlobs,
  resettlePlace,
  settlePlace,
} from './place'
export { type BlobProblem, type Verification, verifyBlobs } from './verify'
