import type { I18n } from '../../../../i18n'
import type { LicenceImport } from './create-import'
import { isOpen } from './import-session'

/** What is asked before the page is left on which files are on their way, or wait for an answer. */
export function leaveQuestion({ uploads, session, isPacking }: LicenceImport, { t, tn }: I18n) {
  if (uploads.isBusy() || session.isBusy() || isPacking())
    return {
      title: t('license.upload.leaveBusyTitle'),
      text: t('license.upload.leaveBusyText'),
      action: t('license.upload.stop'),
    }
  const openCount = session.results().filter(isOpen).length
  if (openCount === 0) return undefined
  return {
    title: t('license.upload.leaveTitle'),
    text: tn('license.upload.leaveText', openCount),
    action: t('license.upload.leave'),
  }
}
