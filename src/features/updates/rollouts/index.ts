export { decideFor, type Gathered, gather } from './gather'
export { noteOffered } from './offered'
export { loadPaces, type Paces } from './pace'
