import { isFailure } from './errors'

const CHECK_TIMEOUT_MS = 3_000

/** Whether what is asked answers at all, within three seconds. */
export async function isReachable(asked: PromiseLike<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS)
  })
  const answered = Promise.resolve(asked).then(
    () => true,
    () => false,
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}

/** Why what is asked refuses, or does not answer within three seconds; undefined where it answers. */
export async function whyFailing(
  asked: PromiseLike<unknown>,
): Promise<{ code: string; reason: string } | undefined> {
  let refusal: unknown
  const isFine = await isReachable(
    Promise.resolve(asked).catch((error: unknown) => {
      refusal = error
      throw error
    }),
  )
  if (isFine) return undefined
  if (!isFailure(refusal)) return { code: 'unreachable', reason: 'no answer in time' }
  return { code: refusal.code, reason: String(refusal.details.values?.reason ?? refusal.code) }
}
