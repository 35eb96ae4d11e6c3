import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../app/api'

/** Asks anew what an assignment or a swap may have changed. */
export function useRefresh(): () => void {
  const queries = useQueryClient()
  return () => {
    for (const key of [
      ...[api.profile.key(), api.swaps.key(), api.updates.key(), api.updateRules.key()],
      ...[api.terminals.key(), api.status.key(), api.actions.key()],
    ])
      void queries.invalidateQueries({ queryKey: key })
  }
}
