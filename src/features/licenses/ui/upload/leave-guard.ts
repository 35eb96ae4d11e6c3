import { useBeforeLeave } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import type { LicenceImport } from './create-import'
import { isOpen } from './import-session'

/** Asks before a page is left on which files are on their way, or wait for an answer. */
export function guardLeaving({ uploads, session, isPacking }: LicenceImport): void {
  const { t, tn } = useI18n()
  const confirm = useConfirm()
  const isBusy = () => uploads.isBusy() || session.isBusy() || isPacking()
  const openCount = () => session.results().filter(isOpen).length

  useBeforeLeave((event) => {
    if (event.defaultPrevented || !(isBusy() || openCount() > 0)) return
    event.preventDefault()
    const question = isBusy()
      ? {
          title: t('license.upload.leaveBusyTitle'),
          text: t('license.upload.leaveBusyText'),
          action: t('license.upload.stop'),
        }
      : {
          title: t('license.upload.leaveTitle'),
          text: tn('license.upload.leaveText', openCount()),
          action: t('license.upload.leave'),
        }
    void confirm({ ...question, isDangerous: true }).then((isSure) => isSure && event.retry(true))
  })
  const ask = (event: BeforeUnloadEvent) => {
    if (isBusy() || openCount() > 0) event.preventDefault()
  }
  onMount(() => addEventListener('beforeunload', ask))
  onCleanup(() => removeEventListener('beforeunload', ask))
}
