/** Where rules are in the app; one rule: `rulePath` of the packages, which name those that need them. */
export const RULES = '/updates/rules'
export const NEW_RULE = `${RULES}/new`

/** Where rollouts are: named here too, for a rule leads to its own. */
export const ROLLOUTS = '/updates/rollouts'
export const rolloutsOfRule = (ruleId: string) => `${ROLLOUTS}?ruleId=${ruleId}`
/** The page that starts one; with a rule, of that rule. */
export const newRolloutPath = (ruleId?: string) =>
  `${ROLLOUTS}/new${ruleId === undefined ? '' : `?ruleId=${ruleId}`}`

/** Where rules are assigned; whoever links there names a rule, TIDs, or a filter of Monitoring. */
export const ASSIGN = '/profile/assignments/new'
export const assignPath = (ruleId: string) => `${ASSIGN}?rule=${ruleId}`
