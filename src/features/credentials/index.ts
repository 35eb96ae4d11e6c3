export { activateCredential, endCredentials, endOldest, issueCredential } from './service'
