export {
  activateCredential,
  endCredentials,
  endOldest,
  endRetired,
  issueCredential,
  type KnownSecret,
  listSecrets,
  replaceCredential,
} from './service'
