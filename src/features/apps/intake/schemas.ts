import { z } from 'zod'
import { AppVersionView, apkFacts, moreApkFacts, PermissionChanges } from '../catalog/schemas'
import { INTAKE_OUTCOMES } from './lists'

export const InspectAppInput = z.object({ uploadId: z.uuid() })

export const AppReport = z.object({
  package: z.string(),
  ...apkFacts,
  ...moreApkFacts,
  /** Whether it has an icon that browsers can show. */
  hasIcon: z.boolean(),
  outcome: z.enum(INTAKE_OUTCOMES),
  /** The application it belongs to, and its newest version. */
  application: z
    .object({
      id: z.uuid(),
      newest: z.object({
        id: z.uuid(),
        versionCode: z.number().int(),
        versionName: z.string(),
        signers: z.array(z.string()),
      }),
    })
    .nullable(),
  /** The version that has this code. */
  versionId: z.uuid().nullable(),
  permissionChanges: PermissionChanges,
})
export type AppReport = z.infer<typeof AppReport>

/** What is not known is refused: a mistyped override would be none. */
export const NewAppVersion = z.strictObject({
  uploadId: z.uuid(),
  fileName: z.string().trim().min(1).max(255).optional().describe('As uploaded where it is not given.'),
  override: z
    .strictObject({ reason: z.string().trim().min(3).max(500) })
    .optional()
    .describe(
      'Lets a version in that another signer made, for administrators (apps:override). Does nothing where none is needed.',
    ),
})

/** The version, and whether it came by this upload or was there before with the same bytes. */
export const TakenVersion = z.object({ isNew: z.boolean(), version: AppVersionView })
export type TakenVersion = z.infer<typeof TakenVersion>
