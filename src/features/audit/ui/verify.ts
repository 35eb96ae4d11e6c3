import { api } from '../../../app/api'
import { createPartByPart, type Going } from '../../../app/part-by-part'
import type { AuditVerification } from '../schemas'

interface Found {
  /** The last part's answer. */
  part?: AuditVerification
}

export type VerifyState = Found & Going

/** Walks the chain of the audit log. */
export function createAuditVerification() {
  return createPartByPart<Found, string | undefined>({
    nothing: {},
    first: undefined,
    async ask(cursor, _found, signal) {
      const part = await api.audit.verify.fetch(cursor === undefined ? {} : { cursor }, signal)
      return { found: { part }, next: part.nextCursor }
    },
  })
}
