import { api } from './api'
import { useQuery } from './query'

/** Whether the visitor sees some terminals only: what reaches others is not offered. Undefined until it is known. */
export function useIsLimited(): () => boolean | undefined {
  const me = useQuery(() => api.account.get.query({}))
  return () => (me.data === undefined ? undefined : me.data.visibility.kind !== 'all')
}
