export { handoutsOf, noteArchiveHandout, noteHandout, type Recipient, recipientOf } from './note'
