import type { AssignmentInput } from './input'

/** Takes a rule from one TID; from a terminal by itself where it has the rule without one. */
export function unassignOne(
  ruleId: string,
  { tid, acquirer }: { tid: string | null; acquirer: string | null },
  terminalId: string | undefined,
): AssignmentInput {
  return {
    ...{ ruleId, what: 'unassign' },
    choice:
      tid === null
        ? { by: 'terminals', terminalIds: terminalId === undefined ? [] : [terminalId] }
        : { by: 'tids', tids: [tid], ...(acquirer === null ? {} : { acquirer }) },
  }
}
