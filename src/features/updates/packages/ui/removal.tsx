import { A, useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { Dialog } from '../../../../ui/dialog'
import { useToasts } from '../../../../ui/toast'
import type { PackageView } from '../schemas'
import { PACKAGES, rulePath } from './places'
import { nameOf } from './words'

/** Deletes a package, or says which rules are in the way. */
export function RemoveButton(props: { shown: PackageView; onStale(): void }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isRefused, setRefused] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)

  const remove = async () => {
    if (props.shown.rules.length > 0) return void setRefused(true)
    const { id, sizeBytes } = props.shown
    const name = nameOf(props.shown)
    const isSure = await confirm({
      title: t('packages.page.deleteTitle', { name }),
      text: t('packages.page.deleteText', { size: format.bytes(sizeBytes) }),
      action: t('packages.page.deleteAction'),
      isDangerous: true,
    })
    if (!isSure) return
    setBusy(true)
    try {
      await api.packages.delete.run({ packageId: id })
      toasts.show({ kind: 'good', title: t('packages.page.deleted', { name }) })
      navigate(PACKAGES)
      queries.removeQueries({ queryKey: api.packages.get.query({ packageId: id }).queryKey })
      void queries.invalidateQueries({ queryKey: api.packages.key() })
    } catch (error) {
      // A rule has taken it up meanwhile: what is shown is old.
      toasts.show({
        kind: 'danger',
        title: t('packages.page.deleteFailed'),
        text: failureOf(error, i18n).text,
      })
      props.onStale()
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        look="danger"
        isBusy={isBusy()}
        icon={<Trash class="size-4" aria-hidden="true" />}
        onClick={() => void remove()}
      >
        {t('packages.page.delete')}
      </Button>
      <Show when={isRefused()}>
        <Dialog
          isOpen
          size="small"
          onClose={() => setRefused(false)}
          title={t('packages.page.inUseTitle')}
          description={tn('packages.page.inUseText', props.shown.rules.length)}
          footer={<Button onClick={() => setRefused(false)}>{t('packages.page.close')}</Button>}
        >
          <RuleLinks rules={props.shown.rules} />
        </Dialog>
      </Show>
    </>
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
