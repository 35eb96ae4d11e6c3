import { setPath } from '../../../apps/sets/ui/places'
import { rulePath } from '../../packages/ui/places'
import { ROLLOUTS } from '../../rules/ui/places'
import type { SubjectKind } from '../lists'

/** What a rollout brings: a rule for updates, or a set of applications. */
export const subjectPath = ({ ruleId, setId }: { ruleId: string | null; setId: string | null }): string =>
  setId === null ? rulePath(ruleId ?? '') : setPath(setId)

export const rolloutPath = (rolloutId: string) => `${ROLLOUTS}/${rolloutId}`

/** A terminal, where it tells why it gets what it gets. */
export const terminalPath = (terminalId: string, kind: SubjectKind) =>
  `/monitoring/status/${terminalId}?tab=${kind === 'rule' ? 'updates' : 'apps'}`
