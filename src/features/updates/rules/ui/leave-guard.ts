import { useBeforeLeave } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'

/** Asks before a form is left with changes that are not saved. */
export function guardLeaving(isDirty: () => boolean): void {
  const { t } = useI18n()
  const confirm = useConfirm()
  useBeforeLeave((event) => {
    // The filter of the dry-run is kept in the address of the same page.
    const isSamePage = String(event.to).split('?')[0] === event.from.pathname
    if (event.defaultPrevented || isSamePage || !isDirty()) return
    event.preventDefault()
    void confirm({
      title: t('rules.page.leaveTitle'),
      text: t('rules.page.leaveText'),
      action: t('rules.page.leave'),
      isDangerous: true,
    }).then((isSure) => isSure && event.retry(true))
  })
  const ask = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault()
  }
  onMount(() => addEventListener('beforeunload', ask))
  onCleanup(() => removeEventListener('beforeunload', ask))
}
