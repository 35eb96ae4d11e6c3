import { z } from 'zod'
export const AppSignature = z.unknown()
export type AppSignature = z.infer<typeof AppSignature>
export type AppWarning = { code: string; detail: string }
