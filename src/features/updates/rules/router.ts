import { mutationOf, queryOf, router } from '../../../trpc/procedures'
import { DeletedRule, DryRunPage, DryRunReport, RulePage, RuleView } from './schemas'
import { changeRule, copyRule, createRule } from './service/change'
import { dryRunRule, listDryRun } from './service/dry-run'
import { getRule, listRules } from './service/find'
import { deleteRule } from './service/remove'

const tag = 'Updates'
const one = '/update-rules/{ruleId}'

export const updateRulesRouter = router({
  list: queryOf(listRules, {
    method: 'GET',
    path: '/update-rules',
    summary: 'List update rules',
    tag,
    output: RulePage,
  }),
  get: queryOf(getRule, { method: 'GET', path: one, summary: 'Show an update rule', tag, output: RuleView }),
  create: mutationOf(createRule, {
    method: 'POST',
    path: '/update-rules',
    summary: 'Make an update rule',
    tag,
    status: 201,
    output: RuleView,
  }),
  update: mutationOf(changeRule, {
    method: 'PATCH',
    path: one,
    summary: 'Change an update rule',
    tag,
    output: RuleView,
  }),
  copy: mutationOf(copyRule, {
    method: 'POST',
    path: `${one}/copy`,
    summary: 'Make another rule of the same content',
    tag,
    status: 201,
    output: RuleView,
  }),
  delete: mutationOf(deleteRule, {
    method: 'DELETE',
    path: one,
    summary: 'Delete an update rule with its assignments',
    tag,
    output: DeletedRule,
  }),
  dryRun: queryOf(dryRunRule, {
    method: 'POST',
    path: '/update-rules/dry-run',
    summary: 'What a rule would do, saved or not',
    tag,
    output: DryRunReport,
  }),
  dryRunTerminals: queryOf(listDryRun, {
    method: 'POST',
    path: '/update-rules/dry-run/terminals',
    summary: 'The terminals behind one number of a dry-run',
    tag,
    output: DryRunPage,
  }),
})
