import type { z } from 'zod'
import { useI18n } from '../../../i18n'
import type { VisibilityInput } from '../schemas'

/** What somebody sees, in a few words. */
export function LimitsWords(props: { visibility: z.output<typeof VisibilityInput> }) {
  const { t, tn } = useI18n()
  const words = () => {
    const { visibility } = props
    if (visibility.kind === 'all') return t('administration.limits.all')
    const parts = [
      visibility.groupIds.length > 0 && tn('administration.limits.groupCount', visibility.groupIds.length),
      visibility.merchantIds.length > 0 &&
        tn('administration.limits.merchantCount', visibility.merchantIds.length),
    ].filter((part) => part !== false)
    return parts.length === 0 ? t('administration.limits.nothing') : parts.join(', ')
  }
  return <span>{words()}</span>
}
