export { createKeyEncryption } from './encryption'
export { rotateWrappingKey } from './rotate'
