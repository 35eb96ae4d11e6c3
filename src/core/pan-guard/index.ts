export { isCardNumber, passesLuhn } from './bins'
export { createMasker, maskChunks } from './stream'
export { maskText } from './text'
