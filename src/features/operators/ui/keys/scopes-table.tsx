import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createUniqueId, For, Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Checkbox } from '../../../../ui/choice-field'
import { PERMISSION_TABLE } from '../../schemas'
import { COLUMNS, featuresOf, isRead, type Scope } from './features'

const CELL = 'px-3.5 py-1 align-top sm:py-1.5 max-sm:block max-sm:empty:hidden'

/**
 * The permissions of a key, as a table of features and verbs. What the maker lacks is not offered, unless it is for programs alone or
 * the key has it already.
 */
export function ScopesTable(props: {
  value: readonly Scope[]
  onInput(scopes: Scope[]): void
  error?: string | undefined
}) {
  const { t, tn, lookup } = useI18n()
  const session = useSession()
  const id = createUniqueId()
  const held = new Set(props.value)
  const offered = () =>
    PERMISSION_TABLE.filter(
      ({ name, roles }) => session.may(name) || roles.length === 0 || held.has(name),
    ).map(({ name }) => name)
  const toggle = (scope: Scope, isChosen: boolean) =>
    props.onInput(isChosen ? [...props.value, scope] : props.value.filter((one) => one !== scope))
  return (
    <fieldset
      aria-invalid={props.error === undefined ? undefined : 'true'}
      aria-describedby={props.error === undefined ? undefined : `${id}-error`}
    >
      <legend class="mb-1.5 text-sm font-medium">
        {t('apiKeys.scopes.label')}
        <span class="ml-0.5 text-danger" aria-hidden="true">
          *
        </span>
      </legend>
      <div class="mb-2 flex flex-wrap items-center gap-2">
        <Button
          size="small"
          onClick={() => props.onInput([...new Set([...props.value, ...offered().filter(isRead)])])}
        >
          {t('apiKeys.scopes.allReads')}
        </Button>
        <Button size="small" disabled={props.value.length === 0} onClick={() => props.onInput([])}>
          {t('apiKeys.scopes.none')}
        </Button>
        <span class="text-sm text-muted" role="status">
          {tn('apiKeys.scopes.chosen', props.value.length)}
        </span>
      </div>
      <div class="overflow-hidden rounded-lg border border-line">
        <table aria-label={t('apiKeys.scopes.label')} class="w-full text-sm max-sm:block">
          <thead class="max-sm:sr-only">
            <tr class="border-b border-line bg-raised/60 text-left text-xs text-muted">
              <th scope="col" class="w-40 px-3.5 py-2 font-medium">
                {t('apiKeys.scopes.feature')}
              </th>
              <For each={COLUMNS}>
                {(column) => (
                  <th scope="col" class="px-3.5 py-2 font-medium">
                    {t(`apiKeys.scopes.${column}`)}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody class="max-sm:block">
            <For each={featuresOf(offered())}>
              {(feature) => (
                <tr class="border-b border-line last:border-0 max-sm:block max-sm:py-2 sm:hover:bg-raised/40">
                  <th scope="row" class={`${CELL} text-left font-medium sm:pt-2.5`}>
                    {lookup(`apiKeys.feature.${feature.name}`) ?? feature.name}
                  </th>
                  <For each={COLUMNS}>
                    {(column) => (
                      <td class={CELL}>
                        <For each={feature[column]}>
                          {(scope) => (
                            <Checkbox
                              label={lookup(`administration.permission.${scope.replace(':', '.')}`) ?? scope}
                              value={props.value.includes(scope)}
                              onInput={(isChosen) => toggle(scope, isChosen)}
                            />
                          )}
                        </For>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={props.error}>
        <p id={`${id}-error`} role="alert" class="mt-1.5 flex items-start gap-1.5 text-sm text-danger">
          <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {props.error}
        </p>
      </Show>
    </fieldset>
  )
}
