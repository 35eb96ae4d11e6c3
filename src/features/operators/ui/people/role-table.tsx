import Check from 'lucide-solid/icons/check'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { ScrollArea } from '../../../../ui/scroll-area'
import { PERMISSION_TABLE, RoleName } from '../../schemas'

/** The table of permissions, with the chosen role brought out. */
export function RoleTable(props: { role: string }) {
  const { t, lookup } = useI18n()
  return (
    <details class="rounded-lg border border-line">
      <summary class="px-3.5 py-2.5 text-sm font-medium">{t('administration.role.table')}</summary>
      <ScrollArea label={t('administration.role.table')} class="border-t border-line">
        <table class="w-full text-sm" aria-label={t('administration.role.table')}>
          <thead>
            <tr class="border-b border-line text-xs text-muted">
              <th scope="col" class="px-3.5 py-2 text-left font-medium">
                {t('administration.role.permission')}
              </th>
              <For each={RoleName.options}>
                {(role) => (
                  <th
                    scope="col"
                    class={classes(
                      'px-2 py-2 font-medium',
                      role === props.role && 'bg-accent-soft text-accent',
                    )}
                  >
                    {lookup(`app.role.${role}`)}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={PERMISSION_TABLE}>
              {(permission) => (
                <tr class="border-b border-line last:border-0">
                  <th scope="row" class="px-3.5 py-1.5 text-left font-normal">
                    {lookup(`administration.permission.${permission.name.replace(':', '.')}`)}
                  </th>
                  <For each={RoleName.options}>
                    {(role) => (
                      <td class={classes('px-2 py-1.5 text-center', role === props.role && 'bg-accent-soft')}>
                        <Show
                          when={permission.roles.includes(role)}
                          fallback={<span class="sr-only">{t('administration.role.mayNot')}</span>}
                        >
                          <Check class="mx-auto size-4 text-good" aria-hidden="true" />
                          <span class="sr-only">{t('administration.role.may')}</span>
                        </Show>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </ScrollArea>
    </details>
  )
}
