import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../app/api'

/** Asks anew what an assignment or a swap may have changed; previews stand as they were agreed to. */
export function useRefresh(): () => void {
  const queries = useQueryClient()
  return () => {
    for (const key of [
      ...[api.profile.assignments.key(), api.profile.terminal.key(), api.profile.history.key()],
      ...[api.swaps.key(), api.updates.key(), api.updateRules.key()],
      ...[api.appSets.key(), api.terminalApps.key()],
      ...[api.terminals.key(), api.status.key(), api.actions.key()],
    ])
      void queries.invalidateQueries({ queryKey: key })
  }
}
