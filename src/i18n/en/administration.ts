/** People, programs, places and records. */
export const administration = {
  permission: {
    terminals: {
      read: 'See terminals',
      write: 'Register, change, suspend and retire terminals',
      enroll: 'Issue enrolment codes',
    },
    groups: { read: 'See groups', write: 'Make, change and delete groups' },
    merchants: { read: 'See merchants', write: 'Make, change and delete merchants' },
    licenses: { read: 'See and download licences', write: 'Upload, replace and delete licences' },
    status: { read: 'See what terminals report' },
    actions: { read: 'See actions of terminals' },
    audit: { read: 'Read the audit log' },
    operators: { read: 'See operators', write: 'Make operators, change their role, limits and password' },
    'api-keys': { read: 'See API keys', write: 'Make and revoke API keys' },
  },
} as const
