import Monitor from 'lucide-solid/icons/monitor'
import Moon from 'lucide-solid/icons/moon'
import Sun from 'lucide-solid/icons/sun'
import { LOCALE_NAMES, LOCALES, useI18n } from '../i18n'
import { Segmented } from '../ui/segmented'
import { useSession } from './session'

/** Language and look, at once and for the next time. They need no account: the sign-in page has them too. */
export function Preferences() {
  const i18n = useI18n()
  const session = useSession()
  const icon = 'size-4'
  return (
    <div class="flex items-center justify-between gap-2">
      <Segmented
        label={i18n.t('app.user.language')}
        value={i18n.locale()}
        segments={LOCALES.map((locale) => ({
          value: locale,
          label: LOCALE_NAMES[locale],
          icon: <span lang={locale}>{locale.toUpperCase()}</span>,
        }))}
        onChange={(locale) => void i18n.setLocale(locale)}
      />
      <Segmented
        label={i18n.t('app.user.theme')}
        value={session.theme()}
        segments={[
          {
            value: 'light',
            label: i18n.t('app.user.themeLight'),
            icon: <Sun class={icon} aria-hidden="true" />,
          },
          {
            value: 'dark',
            label: i18n.t('app.user.themeDark'),
            icon: <Moon class={icon} aria-hidden="true" />,
          },
          {
            value: 'system',
            label: i18n.t('app.user.themeSystem'),
            icon: <Monitor class={icon} aria-hidden="true" />,
          },
        ]}
        onChange={session.setTheme}
      />
    </div>
  )
}
