import { refusalOf } from '../../../../ui/form/refusal'

/** The field of the form that a refusal of the server is about, by its code. */
export const FIELD_OF: Record<string, string> = {
  rule_not_found: 'subject',
  app_set_not_found: 'subject',
  app_set_released: 'subject',
  rollout_under_way: 'subject',
  rollout_without_terminals: 'subject',
  group_not_found: 'waves.0.group',
  waves_do_not_add_up: 'waves',
}

/** The same refusal, said at the field it is about. */
export function atItsField(error: unknown): unknown {
  const { code, values, requestId } = refusalOf(error)
  const path = code === undefined ? undefined : FIELD_OF[code]
  if (path === undefined) return error
  return { code, values, requestId, issues: [{ path, message: `errors.${code}` }] }
}
