import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'

/** Whether the visitor sees some terminals only: such a one starts and steers no rollout. Undefined until it is known. */
export function useIsLimited(): () => boolean | undefined {
  const me = useQuery(() => api.account.get.query({}))
  return () => (me.data === undefined ? undefined : me.data.visibility.kind !== 'all')
}
