import type { I18n, Values } from '../../../../i18n'
import { platformsIn } from '../../../terminals/ui/words'
import { shownValues, withinWords } from '../../../updates/rules/ui/reason-words'
import { androidOf, versionWords as knownVersionWords, labelOf } from '../../catalog/ui/words'
import { OBSTACLES, type ObstacleCode } from '../lists'
import type { AppNames, LineView } from '../schemas'

interface Told {
  code: string
  values: Record<string, string | number>
}

/** What an application is called: as it calls itself, else by its package. */
export function appName(app: AppNames & { package: string }, i18n: I18n): string {
  const { label, labelEn, labelRu } = app
  return (label === null ? undefined : labelOf({ label, labelEn, labelRu }, i18n)) || app.package
}

/** A version as people say it, with the number by which Android tells which is newer. */
export function versionWords(
  { versionName, versionCode }: { versionName: string | null; versionCode: number | null },
  i18n: I18n,
): string {
  if (versionCode === null) return versionName || i18n.t('ui.none')
  return knownVersionWords({ versionName: versionName ?? '', versionCode }, i18n)
}

/** What a line wants, in words. */
export function wantWords(line: Pick<LineView, 'want' | 'versionName' | 'versionCode'>, i18n: I18n): string {
  if (line.want === 'absent') return i18n.t('sets.want.absent')
  const version = versionWords(line, i18n)
  return line.want === 'newest' ? i18n.t('sets.newestIs', { version }) : version
}

const isObstacle = (code: string): code is ObstacleCode => code in OBSTACLES

/** Codes of versions and of certificates are names: no digit of them is grouped, and a hash is told by its beginning. */
const NAMES = ['installed', 'wanted']
const SHOWN_OF_HASH = 12

function valuesOf({ code, values }: Told, i18n: I18n): Values {
  const shown = shownValues(code, values, i18n)
  for (const name of NAMES) if (name in values) shown[name] = String(values[name])
  if (code === 'min_sdk') {
    shown.sdk = androidOf(Number(values.sdk))
    shown.needs = androidOf(Number(values.needs))
  }
  if (code === 'signer_differs') shown.signer = `${String(values.signer).slice(0, SHOWN_OF_HASH)}…`
  if (code === 'no_android') shown.platform = platformsIn(i18n).nameOf(String(values.platform))
  return shown
}

/** What keeps one application from being as its set wants it. */
export function obstacleWords(obstacle: Told, i18n: I18n): string {
  return i18n.lookup(`sets.obstacle.${obstacle.code}`, valuesOf(obstacle, i18n)) ?? obstacle.code
}

/** Why a set comes to what it comes to for a terminal: words of its own, else those of updates, else of an obstacle. */
export function setReasonWords(reason: Told, i18n: I18n): string {
  const { lookup } = i18n
  const values = valuesOf(reason, i18n)
  if (isObstacle(reason.code)) {
    const words = lookup(`sets.obstacle.${reason.code}`, values) ?? reason.code
    return typeof reason.values.package === 'string' ? `${reason.values.package}: ${words}` : words
  }
  return (
    withinWords(reason, i18n) ??
    lookup(`sets.reason.${reason.code}`, values) ??
    lookup(`updates.reason.${reason.code}`, values) ??
    reason.code
  )
}

/** The same in short, for many terminals. */
export function shortReason(code: string, { lookup }: Pick<I18n, 'lookup'>): string {
  return lookup(`sets.short.${code}`) ?? lookup(`rules.why.${code}`) ?? code
}
