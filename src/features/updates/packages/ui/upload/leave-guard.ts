import { useBeforeLeave } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { useConfirm } from '../../../../../ui/confirm'

/** Asks before a page is left on which files are on their way. `ownPath` is where they are gone on with. */
export function guardLeaving(isBusy: () => boolean, ownPath: string): void {
  const { t } = useI18n()
  const confirm = useConfirm()
  useBeforeLeave((event) => {
    // The page's own address changes when it is given the id of a draft.
    const isSamePage = event.to === ownPath
    if (event.defaultPrevented || isSamePage || !isBusy()) return
    event.preventDefault()
    void confirm({
      title: t('packages.upload.leaveTitle'),
      text: t('packages.upload.leaveText'),
      action: t('packages.upload.leave'),
      isDangerous: true,
    }).then((isSure) => isSure && event.retry(true))
  })
  const ask = (event: BeforeUnloadEvent) => {
    if (isBusy()) event.preventDefault()
  }
  onMount(() => addEventListener('beforeunload', ask))
  onCleanup(() => removeEventListener('beforeunload', ask))
}
