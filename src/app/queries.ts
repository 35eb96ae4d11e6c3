import { MutationCache, QueryCache, QueryClient, replaceEqualDeep } from '@tanstack/solid-query'
import { isSignedOut, owesSecondFactor } from './failure'
import { goToAccount, goToSignIn } from './session'

const FRESH_MS = 5_000
const RETRIES = 2

/** The cache behind all pages. Refusals are not asked again, lost connections are; an ended session leads to the sign-in. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) goToSignIn()
    else if (owesSecondFactor(error)) goToAccount()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // What has not changed stays the same thing, so that its part of the page stays too, with the focus that may be in it.
        reconcile: (before, now) => replaceEqualDeep(before, now),
        retry: (count, error) => count < RETRIES && (error as { data?: unknown }).data == null,
      },
    },
  })
}
