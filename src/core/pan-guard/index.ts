export { isCardNumber, passesLuhn, truncate } from './bins'
export { type MaskedText, maskText } from './text'
