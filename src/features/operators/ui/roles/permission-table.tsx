import Check from 'lucide-solid/icons/check'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { PERMISSION_AREAS, RoleName } from '../../schemas'

/**
 * Which role may do what, by features. Narrow, the names of the roles stand upright, so that all six fit a telephone.
 * @param props.role brought out, where one is meant
 * @param props.headClass where the row of names sticks while the page scrolls
 */
export function PermissionTable(props: { role?: string; headClass?: string }) {
  const { t, lookup } = useI18n()
  return (
    <table class="w-full text-sm" aria-label={t('administration.role.table')}>
      <thead class={classes('bg-surface', props.headClass)}>
        <tr class="text-xs text-muted">
          <th scope="col" class="border-b border-line px-3.5 py-2 text-left align-bottom font-medium">
            {t('administration.role.permission')}
          </th>
          <For each={RoleName.options}>
            {(role) => (
              <th
                scope="col"
                class={classes(
                  'border-b border-line px-1 py-2 align-bottom font-medium sm:px-2',
                  role === props.role && 'bg-accent-soft text-accent',
                )}
              >
                <span class="inline-block max-sm:rotate-180 max-sm:[writing-mode:vertical-rl]">
                  {lookup(`app.role.${role}`)}
                </span>
              </th>
            )}
          </For>
        </tr>
      </thead>
      <For each={PERMISSION_AREAS}>
        {({ area, permissions }) => (
          <tbody class="border-b border-line last:border-0">
            <tr>
              <th
                scope="rowgroup"
                colSpan={RoleName.options.length + 1}
                class="bg-raised px-3.5 py-1.5 text-left text-xs font-semibold"
              >
                {lookup(`app.nav.${area}`)}
              </th>
            </tr>
            <For each={permissions}>
              {(permission) => (
                <tr class="border-t border-line">
                  <th scope="row" class="px-3.5 py-1.5 text-left font-normal text-pretty">
                    {lookup(`administration.permission.${permission.name.replace(':', '.')}`)}
                    <Show when={permission.roles.length === 0}>
                      <span class="block text-xs text-muted">{t('administration.role.forPrograms')}</span>
                    </Show>
                  </th>
                  <For each={RoleName.options}>
                    {(role) => (
                      <td
                        class={classes(
                          'px-1 py-1.5 text-center sm:px-2',
                          role === props.role && 'bg-accent-soft',
                        )}
                      >
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
        )}
      </For>
    </table>
  )
}
