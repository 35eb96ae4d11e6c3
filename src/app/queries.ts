import { MutationCache, QueryCache, QueryClient } from '@tanstack/solid-query'
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
        retry: (count, error) => count < RETRIES && (error as { data?: unknown }).data == null,
      },
    },
  })
}
