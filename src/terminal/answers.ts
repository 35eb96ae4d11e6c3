import { z } from 'zod'

/** Answers of terminal messages, for the published document; what is sent is made by the messages themselves. */
export const CheckInAnswer = z.object({
  serverTime: z.iso.datetime(),
  nextCheckInSeconds: z.number().int(),
  actions: z.array(
    z
      .object({
        id: z.uuid(),
        kind: z.enum(['license', 'update', 'apps', 'keys', 'upload-ecr-log']),
      })
      .catchall(z.unknown()),
  ),
})

export const EnrollAnswer = z.object({
  terminalId: z.uuid(),
  token: z.string().describe('Shown this once; send it as `Authorization: Bearer`.'),
  serverTime: z.iso.datetime(),
  nextCheckInSeconds: z.number().int(),
})

export const TokenAnswer = z.object({ token: z.string() })

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string().describe('Stable; see the list of codes.'),
  detail: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
