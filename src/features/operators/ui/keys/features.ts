import type { PERMISSION_TABLE } from '../../schemas'

export type Scope = (typeof PERMISSION_TABLE)[number]['name']

/** The permissions about one thing, by the columns they stand in. */
export interface Feature {
  name: string
  read: Scope[]
  write: Scope[]
  more: Scope[]
}

export const COLUMNS = ['read', 'write', 'more'] as const

/** Permissions as a table of features and verbs, in the order of the one table they come from. */
export function featuresOf(scopes: readonly Scope[]): Feature[] {
  const found = new Map<string, Feature>()
  for (const scope of scopes) {
    const [name = '', verb] = scope.split(':')
    const feature = found.get(name) ?? { name, read: [], write: [], more: [] }
    found.set(name, feature)
    feature[verb === 'read' || verb === 'write' ? verb : 'more'].push(scope)
  }
  return [...found.values()]
}

export const isRead = (scope: Scope) => scope.endsWith(':read')
