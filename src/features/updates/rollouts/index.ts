export { decideFor, type Gathered, gather } from './gather'
export { noteOffered } from './offered'
