export { decideFor, type Gathered, gather } from './gather'
export { decideSetFor, type GatheredSets, gatherSets } from './gather-sets'
export { haltedRollouts, seesRolloutOf } from './halted'
export { noteOffered, noteSetsOffered } from './offered'
