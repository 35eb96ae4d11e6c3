import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createUniqueId, For, Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Checkbox } from '../../../../ui/choice-field'
import { PERMISSION_TABLE } from '../../schemas'

type Scope = (typeof PERMISSION_TABLE)[number]['name']

/** The permissions of a key, by what they are about. What the maker lacks is not offered, unless it is for programs alone. */
export function ScopesField(props: {
  value: readonly Scope[]
  onInput(scopes: Scope[]): void
  error?: string | undefined
}) {
  const { t, lookup } = useI18n()
  const session = useSession()
  const id = createUniqueId()
  const rooms = () => {
    const offered = PERMISSION_TABLE.filter(({ name, roles }) => session.may(name) || roles.length === 0)
    const roomOf = (name: Scope) => name.split(':', 1)[0]
    return [...new Set(offered.map(({ name }) => roomOf(name)))].map((room) =>
      offered.filter(({ name }) => roomOf(name) === room),
    )
  }
  const toggle = (scope: Scope, isChosen: boolean) =>
    props.onInput(isChosen ? [...props.value, scope] : props.value.filter((one) => one !== scope))
  return (
    <fieldset aria-describedby={props.error === undefined ? undefined : `${id}-error`}>
      <legend class="mb-1.5 text-sm font-medium">{t('administration.keys.scopes')}</legend>
      <div class="grid gap-x-6 gap-y-1 rounded-lg border border-line p-3.5 sm:grid-cols-2">
        <For each={rooms()}>
          {(permissions) => (
            <div class="break-inside-avoid py-1">
              <For each={permissions}>
                {({ name }) => (
                  <Checkbox
                    label={lookup(`administration.permission.${name.replace(':', '.')}`) ?? name}
                    value={props.value.includes(name)}
                    onInput={(isChosen) => toggle(name, isChosen)}
                  />
                )}
              </For>
            </div>
          )}
        </For>
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
