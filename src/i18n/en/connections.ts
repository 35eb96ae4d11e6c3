/** Section Profile, view Application sets: terminals are connected to a set, or theirs is taken from them. */
export const connections = {
  title: 'Connect terminals to a set',
  text: 'A terminal has one set of applications at most. Beside the choice you see what would be installed, upgraded and removed, before anything is.',
  allApps: 'All applications',
  do: { connect: 'Connect', disconnect: 'Disconnect' },
  disconnectText:
    'Whatever set they have is taken from them. Their applications stay as they are until they get another set, which removes what it does not name.',
  missingSet: 'Choose a set to see what would change.',
  leaving: 'They leave the sets that they have now',
  notAndroid: {
    one: '{{ count }} terminal takes no Android applications',
    other: '{{ count }} terminals take no Android applications',
  },
  notAndroidText: 'They can be connected, but nothing comes of it there.',
  tally: 'What the set would do there',
  tallyOf: 'What happens on these {{ count }}',
  watch: 'Watch how far they are',
  dialogTitle: 'Connect {{ serial }} to a set',
  dialogText: 'It is told at its next check-in what to install and what to remove.',
  nothing: { connect: 'Nothing to connect', disconnect: 'Nothing to disconnect' },
  changes: {
    connect: { one: '{{ count }} terminal gets the set', other: '{{ count }} terminals get the set' },
    disconnect: { one: '{{ count }} terminal loses its set', other: '{{ count }} terminals lose their set' },
  },
  already: {
    connect: { one: '{{ count }} has the set already', other: '{{ count }} have the set already' },
    disconnect: { one: '{{ count }} has no set', other: '{{ count }} have no set' },
  },
  apply: {
    connect: { one: 'Connect {{ count }} terminal', other: 'Connect {{ count }} terminals' },
    disconnect: { one: 'Disconnect {{ count }} terminal', other: 'Disconnect {{ count }} terminals' },
  },
  done: {
    connect: { one: '{{ count }} terminal connected', other: '{{ count }} terminals connected' },
    disconnect: { one: '{{ count }} terminal disconnected', other: '{{ count }} terminals disconnected' },
  },
  ask: {
    disconnectTitle: { one: 'Disconnect {{ count }} terminal?', other: 'Disconnect {{ count }} terminals?' },
    disconnectText:
      'The applications stay as they are. What was told and is not begun is withdrawn, and drift is no longer repaired.',
    disconnect: 'Disconnect',
    oneTitle: 'Disconnect {{ serial }} from “{{ name }}”?',
    connectTitle: { one: 'Connect {{ count }} terminal?', other: 'Connect {{ count }} terminals?' },
    leaving: {
      one: '{{ count }} of them leaves its set: {{ names }}.',
      other: '{{ count }} of them leave their sets: {{ names }}.',
    },
    removes: 'These applications are removed with their data, on so many terminals: {{ names }}.',
  },
} as const
