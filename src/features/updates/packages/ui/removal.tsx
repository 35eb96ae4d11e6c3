import { A } from '@solidjs/router'
import { For } from 'solid-js'
import { api } from '../../../../app/api'
import { RemoveButton as Remove } from '../../../../app/remove-button'
import { useI18n } from '../../../../i18n'
import type { PackageView } from '../schemas'
import { PACKAGES, rulePath } from './places'
import { nameOf } from './words'

/** Deletes a package, or says which rules are in the way. */
export function RemoveButton(props: { shown: PackageView; onStale(): void }) {
  const { t, tn, format } = useI18n()
  const name = () => nameOf(props.shown)
  const remove = async () => {
    const { id } = props.shown
    const done = t('packages.page.deleted', { name: name() })
    await api.packages.delete.run({ packageId: id })
    return {
      to: PACKAGES,
      done,
      gone: [api.packages.get.query({ packageId: id }).queryKey],
      changed: [api.packages.key()],
    }
  }
  return (
    <Remove
      label={t('packages.page.delete')}
      question={{
        title: t('packages.page.deleteTitle', { name: name() }),
        text: t('packages.page.deleteText', { size: format.bytes(props.shown.sizeBytes) }),
        action: t('packages.page.deleteAction'),
      }}
      isNeeded={props.shown.rules.length > 0}
      needed={{
        title: t('packages.page.inUseTitle'),
        text: tn('packages.page.inUseText', props.shown.rules.length),
        close: t('packages.page.close'),
      }}
      remove={remove}
      failed={t('packages.page.deleteFailed')}
      onStale={() => props.onStale()}
    >
      <RuleLinks rules={props.shown.rules} />
    </Remove>
  )
}

/** Rules by name, each a way to it. */
export function RuleLinks(props: { rules: PackageView['rules'] }) {
  return (
    <ul class="space-y-1.5 text-sm">
      <For each={props.rules}>
        {(rule) => (
          <li>
            <A href={rulePath(rule.id)} class="rounded font-medium break-words text-accent hover:underline">
              {rule.name}
            </A>
          </li>
        )}
      </For>
    </ul>
  )
}
