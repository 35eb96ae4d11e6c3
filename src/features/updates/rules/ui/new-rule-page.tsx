import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { useToasts } from '../../../../ui/toast'
import { rulePath } from '../../packages/ui/places'
import type { RuleView } from '../schemas'
import { RULES } from './places'
import { RuleEditor } from './rule-editor'

/** A rule is made, with what it would do in sight. */
export function NewRulePage() {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const saved = ({ id }: RuleView) => {
    toasts.show({ kind: 'good', title: t('rules.page.created') })
    void queries.invalidateQueries({ queryKey: api.updateRules.key() })
    navigate(rulePath(id))
  }
  return (
    <Page
      title={t('rules.page.new')}
      permission="updates:write"
      parent={{ title: t('rules.list.title'), href: RULES }}
      text={t('rules.page.newText')}
    >
      <RuleEditor onSaved={saved} onStale={() => Promise.resolve(undefined)} />
    </Page>
  )
}
