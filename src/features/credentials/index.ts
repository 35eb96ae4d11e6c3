export {
  activateCredential,
  endCredentials,
  endOldest,
  type FoundCredential,
  findCredentials,
  issueCredential,
  type SubjectKind,
} from './service'
