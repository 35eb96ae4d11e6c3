import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { useToasts } from '../../../../ui/toast'
import type { SetView } from '../schemas'
import { SETS, setPath } from './places'
import { SetEditor } from './set-editor'

/** A set is made; terminals are connected to it afterwards. */
export function NewSetPage() {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const saved = ({ id }: SetView) => {
    toasts.show({ kind: 'good', title: t('sets.form.created') })
    void queries.invalidateQueries({ queryKey: api.appSets.key() })
    navigate(setPath(id))
  }
  return (
    <Page
      title={t('sets.form.new')}
      permission="apps:write"
      parent={{ title: t('sets.list.title'), href: SETS }}
      text={t('sets.form.newText')}
    >
      <SetEditor onSaved={saved} onStale={() => Promise.resolve(undefined)} />
    </Page>
  )
}
