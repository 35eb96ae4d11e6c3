import { A } from '@solidjs/router'
import LogOut from 'lucide-solid/icons/log-out'
import { useI18n } from '../i18n'
import { IconButton } from '../ui/button'
import { Preferences } from './preferences'
import { signOut, useSession } from './session'

/** Who has signed in, the way to the account and out, language and look. */
export function UserMenu() {
  const { t, lookup } = useI18n()
  const session = useSession()
  const name = () => session.operator?.name ?? ''
  return (
    <div class="space-y-3 border-t border-line p-3">
      <div class="flex items-center gap-1">
        <A
          href="/account"
          title={t('app.user.account')}
          class="flex min-w-0 flex-1 items-center gap-3 rounded-lg p-2 hover:bg-raised"
        >
          <span
            aria-hidden="true"
            class="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-sm font-semibold text-accent"
          >
            {name().slice(0, 1).toUpperCase()}
          </span>
          <span class="min-w-0 leading-tight">
            <span class="block truncate text-sm font-medium">{name()}</span>
            <span class="block truncate text-xs text-muted">
              {lookup(`app.role.${session.operator?.role}`)}
            </span>
          </span>
        </A>
        <IconButton
          label={t('app.user.signOut')}
          icon={<LogOut class="size-4" aria-hidden="true" />}
          onClick={() => void signOut()}
        />
      </div>
      <Preferences />
    </div>
  )
}
