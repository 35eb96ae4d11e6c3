import { useIsLimited } from '../../../../app/limits'
import { useSession } from '../../../../app/session'

/** Applications are everybody's: who sees some terminals only may look at them, and no more. */
export function useMayWrite(): () => boolean {
  const session = useSession()
  const isLimited = useIsLimited()
  return () => session.may('apps:write') && isLimited() === false
}
