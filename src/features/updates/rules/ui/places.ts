/** Where rules are in the app; one rule: `rulePath` of the packages, which name those that need them. */
export const RULES = '/updates/rules'
export const NEW_RULE = `${RULES}/new`
