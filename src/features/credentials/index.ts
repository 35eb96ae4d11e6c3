export {
  activateCredential,
  endCredentials,
  type FoundCredential,
  findCredentials,
  issueCredential,
  type SubjectKind,
} from './service'
