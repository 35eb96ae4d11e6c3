export { createKeyEncryption } from './encryption'
