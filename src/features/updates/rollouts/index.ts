export { decideFor, type Gathered, gather } from './gather'
export { decideSetFor, type GatheredSets, gatherSets } from './gather-sets'
export { noteOffered, noteSetsOffered } from './offered'
