export { isCardNumber, passesLuhn } from './bins'
export { maskText } from './text'
