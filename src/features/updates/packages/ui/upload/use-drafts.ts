import { useSession } from '../../../../../app/session'
import { createDrafts, type Drafts } from './draft'

/** The unfinished packages of whoever is signed in. */
export function useDrafts(): Drafts {
  const { operator } = useSession()
  return createDrafts(
    () => localStorage,
    operator?.id ?? '',
    () => Date.now(),
  )
}
