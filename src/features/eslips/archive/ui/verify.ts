import { api } from '../../../../app/api'
import { createPartByPart, type Going } from '../../../../app/part-by-part'
import type { Verification } from '../schemas'

interface Found {
  checked: number
  sizeBytes: number
  problems: Verification['problems']
  head: Verification['head']
}

export type VerifyState = Found & Going

/** Walks the chain of the archive's files. */
export function createVerification() {
  return createPartByPart<Found, number>({
    nothing: { checked: 0, sizeBytes: 0, problems: [], head: null },
    first: 0,
    async ask(after, { checked, sizeBytes, problems }, signal) {
      const part = await api.eslipArchives.verify.fetch({ after }, signal)
      const found = {
        checked: checked + part.checked,
        sizeBytes: sizeBytes + part.sizeBytes,
        problems: [...problems, ...part.problems],
        head: part.head,
      }
      return { found, next: part.nextAfter }
    },
  })
}
