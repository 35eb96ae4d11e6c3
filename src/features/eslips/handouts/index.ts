export {
  type Handout,
  handoutsOf,
  noteArchiveHandout,
  noteHandout,
  type Recipient,
  recipientOf,
} from './note'
