import { api } from '../../../../app/api'
import type { Inputs } from '../../../../client'
import type { AssignmentReport } from '../../schemas'
import { createApply } from '../choose/apply'
import { createPreview, type Preview } from '../choose/preview'
import { createAssignmentCommands } from './commands'

export type AssignmentInput = Inputs['profile']['previewAssignment']

/** What an assignment would change. */
export const createAssignmentPreview = (wanted: () => AssignmentInput | undefined) =>
  createPreview<AssignmentInput, AssignmentReport>(wanted, (input) =>
    api.profile.previewAssignment.query(input),
  )

/** Does what it said. */
export function createAssignmentApply(preview: () => Preview<AssignmentInput, AssignmentReport>) {
  const commands = createAssignmentCommands()
  return createApply(preview, async (input, agreed: AssignmentReport) => {
    const applied = await commands.apply(input, agreed.fingerprint)
    return applied === 'changed' ? applied : applied.report
  })
}
