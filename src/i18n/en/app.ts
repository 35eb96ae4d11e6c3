/** The shell: sections and views named and ordered as operators know them, roles, and what every page shares. */
export const app = {
  name: 'psManager',
  tagline: 'Terminal management',
  nav: {
    label: 'Main navigation',
    license: 'License',
    licences: 'Licences',
    numbers: 'Numbers',
    monitoring: 'Monitoring',
    status: 'Status',
    administration: 'Administration',
    operators: 'Operators',
    apiKeys: 'API keys',
    groups: 'Groups',
    merchants: 'Merchants',
    audit: 'Audit log',
    jobs: 'Jobs',
    open: 'Open the menu',
    shut: 'Close the menu',
  },
  user: {
    account: 'My account',
    signOut: 'Sign out',
    language: 'Language',
    theme: 'Theme',
    themeLight: 'Light',
    themeDark: 'Dark',
    themeSystem: 'As the system',
  },
  role: { admin: 'Administrator', operator: 'Operator', viewer: 'Viewer' },
  notFound: {
    title: 'There is no such page',
    text: 'The address is mistyped, or the page has moved.',
    back: 'Go to the start',
  },
  broken: {
    title: 'This page could not be shown',
    text: 'The mistake is ours and has been logged. Load the page again in a moment.',
    notLoaded:
      'The server could not be reached, or has a newer version. The page opens by itself as soon as it answers.',
    reload: 'Load again',
  },
  forbidden: {
    title: 'You may not see this',
    text: 'Your role has no right to this page. Ask an administrator.',
  },
  offline: 'The connection to the server is lost. What you see may be old.',
} as const
