export { adoptStores } from './adopt'
export { type Move, type MoveProblem, moveBlobs } from './move/move'
export { countNamed, type KeptBlob, keptBlobs } from './named'
export { ownStores, wordsOfStranger } from './own'
export {
  type BlobStanding,
  FOLLOWED_WITHIN_MS,
  findPlace,
  followPlace,
  type PlacedBlobs,
  resettlePlace,
  settlePlace,
} from './place'
export { type BlobProblem, type Verification, verifyBlobs } from './verify'
