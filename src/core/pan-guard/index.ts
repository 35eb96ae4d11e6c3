export { passesLuhn } from './bins'
export { maskText } from './text'
