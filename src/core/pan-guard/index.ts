export { isCardNumber, passesLuhn } from './bins'
export { createMasker, maskStream } from './stream'
export { maskText } from './text'
