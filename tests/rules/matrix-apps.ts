import type { Ids, Row } from './matrix'

const set = ({ setId }: Ids) => ({ setId })
const edition = ({ setId }: Ids) => ({ setId, edition: 1 })
const terminal = ({ terminalId }: Ids) => ({ terminalId })
const connection = ({ setId, terminalId }: Ids) => ({
  setId,
  choice: { by: 'terminals', terminalIds: [terminalId] },
})
const read = (foreign: Row['foreign'], input: Row['input']): Row => ({
  permission: 'apps:read',
  foreign,
  input,
})
const write = (foreign: Row['foreign'], input: Row['input']): Row => ({
  permission: 'apps:write',
  foreign,
  input,
})

/** Sets are for the whole fleet; terminals are counted as far as they are seen, and a set of others' is theirs to change. */
export const SETS: Readonly<Record<string, Row>> = {
  'appSets.list': read('"terminals":0', () => ({ limit: 1000 })),
  'appSets.get': read('"terminals":0', set),
  'appSets.create': write('app_set_apps_missing', ({ uploadId }) => ({
    name: `S ${uploadId}`,
    lines: [{ package: 'com.example.nobody', want: 'newest' }],
  })),
  'appSets.update': write('outside_your_limits', (ids) => ({ ...edition(ids), notes: 'x' })),
  'appSets.release': write('outside_your_limits', edition),
  // A copy concerns nobody.
  'appSets.copy': write('"terminals":0', ({ setId }) => ({ setId, name: `C ${crypto.randomUUID()}` })),
  'appSets.delete': write('outside_your_limits', set),
  'appSets.revisions': read('"revision":1', set),
  'appSets.compare': read('"lines":', ({ setId }) => ({ setId, otherSetId: setId })),
  'appSets.preview': read('"terminals":0', set),
  // The list is everybody's, and for every terminal.
  'appSets.protected': read('"items":[', () => ({})),
  'appSets.protect': write('outside_your_limits', () => ({ pattern: 'com.example.pos' })),
  'appSets.unprotect': write('outside_your_limits', () => ({ pattern: 'com.example.pos' })),
  'terminalApps.get': read('terminal_not_found', terminal),
  'terminalApps.history': read('terminal_not_found', terminal),
  'terminalApps.ofSet': read('"items":[]', set),
  'terminalApps.progress': read('"terminals":0', set),
  'profile.previewConnection': write('"terminals":0', connection),
  'profile.applyConnection': write('assignment_changed', (ids) => ({
    ...connection(ids),
    fingerprint: 'by the matrix',
  })),
}
