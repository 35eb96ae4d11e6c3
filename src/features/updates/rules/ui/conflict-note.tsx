import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { useI18n } from '../../../../i18n'
import { Button, buttonClasses } from '../../../../ui/button'

/** Says that something was changed by another meanwhile, and what can be done: look, take theirs, or keep one's own. */
export function ConflictNote(props: {
  /** Who was faster, and when. */
  title: string
  /** Where it is shown as it is saved now. */
  href: string
  isBusy: boolean
  onTake(): void
  onKeep(): void
}) {
  const { t } = useI18n()
  return (
    <div role="alert" class="flex gap-3 rounded-xl border border-warn/40 bg-warn-soft px-4 py-3.5 text-sm">
      <TriangleAlert class="mt-0.5 size-4.5 shrink-0 text-warn" aria-hidden="true" />
      <div class="min-w-0 space-y-1">
        <p class="font-semibold break-words">{props.title}</p>
        <p>{t('rules.page.conflictText')}</p>
        <div class="flex flex-wrap gap-2 pt-2">
          <a href={props.href} target="_blank" rel="noopener" class={buttonClasses('secondary', 'small')}>
            {t('rules.page.conflictShow')}
          </a>
          <Button size="small" onClick={() => props.onTake()}>
            {t('rules.page.conflictTake')}
          </Button>
          <Button size="small" look="danger" isBusy={props.isBusy} onClick={() => props.onKeep()}>
            {t('rules.page.conflictKeep')}
          </Button>
        </div>
      </div>
    </div>
  )
}
