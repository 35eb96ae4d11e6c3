import Gauge from 'lucide-solid/icons/gauge'
import KeyRound from 'lucide-solid/icons/key-round'
import KeySquare from 'lucide-solid/icons/key-square'
import LayoutGrid from 'lucide-solid/icons/layout-grid'
import PackageCheck from 'lucide-solid/icons/package-check'
import ReceiptText from 'lucide-solid/icons/receipt-text'
import ScrollText from 'lucide-solid/icons/scroll-text'
import SlidersHorizontal from 'lucide-solid/icons/sliders-horizontal'
import type { Component } from 'solid-js'
import type { TextKey } from '../i18n'

interface View {
  title: TextKey
  href: string
  permission: string
}

interface Section {
  title: TextKey
  icon: Component<{ class?: string }>
  views: readonly View[]
}

/** The sections in the order operators know them; a section shows once something in it works. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'app.nav.license',
    icon: ScrollText,
    views: [
      { title: 'app.nav.licences', href: '/license/licences', permission: 'licenses:read' },
      { title: 'app.nav.numbers', href: '/license/numbers', permission: 'licenses:read' },
    ],
  },
  {
    title: 'app.nav.monitoring',
    icon: Gauge,
    views: [
      { title: 'app.nav.alerts', href: '/monitoring/alerts', permission: 'alerts:read' },
      { title: 'app.nav.status', href: '/monitoring/status', permission: 'status:read' },
      { title: 'app.nav.analysis', href: '/monitoring/analysis', permission: 'analysis:read' },
      { title: 'app.nav.posLog', href: '/monitoring/pos-log', permission: 'pos-log:read' },
      { title: 'app.nav.ecrLogs', href: '/monitoring/ecr-logs', permission: 'ecr-logs:read' },
    ],
  },
  {
    title: 'app.nav.updates',
    icon: PackageCheck,
    views: [
      { title: 'app.nav.packages', href: '/updates/packages', permission: 'packages:read' },
      { title: 'app.nav.rules', href: '/updates/rules', permission: 'updates:read' },
      { title: 'app.nav.rollouts', href: '/updates/rollouts', permission: 'updates:read' },
    ],
  },
  {
    title: 'app.nav.apps',
    icon: LayoutGrid,
    views: [
      { title: 'app.nav.applications', href: '/apps/applications', permission: 'apps:read' },
      { title: 'app.nav.appSets', href: '/apps/sets', permission: 'apps:read' },
      { title: 'app.nav.protectedApps', href: '/apps/protected', permission: 'apps:read' },
    ],
  },
  {
    title: 'app.nav.profile',
    icon: SlidersHorizontal,
    views: [
      { title: 'app.nav.assignments', href: '/profile/assignments', permission: 'updates:read' },
      { title: 'app.nav.connections', href: '/profile/app-sets', permission: 'apps:write' },
      { title: 'app.nav.swaps', href: '/profile/swaps', permission: 'terminals:read' },
    ],
  },
  {
    title: 'app.nav.eslip',
    icon: ReceiptText,
    views: [
      { title: 'app.nav.slipSearch', href: '/eslip/search', permission: 'eslips:read' },
      { title: 'app.nav.slipArchive', href: '/eslip/archive', permission: 'eslips:read' },
    ],
  },
  {
    title: 'app.nav.keys',
    icon: KeySquare,
    views: [
      { title: 'app.nav.keyLoading', href: '/keys/loading', permission: 'keys:read' },
      { title: 'app.nav.keyBatches', href: '/keys/batches', permission: 'keys:read' },
    ],
  },
  {
    title: 'app.nav.administration',
    icon: KeyRound,
    views: [
      { title: 'app.nav.operators', href: '/administration/operators', permission: 'operators:read' },
      { title: 'app.nav.roles', href: '/administration/roles', permission: 'operators:read' },
      { title: 'app.nav.apiKeys', href: '/administration/api-keys', permission: 'api-keys:read' },
      { title: 'app.nav.alertRules', href: '/administration/alert-rules', permission: 'alerts:read' },
      { title: 'app.nav.webhooks', href: '/administration/webhooks', permission: 'webhooks:read' },
      { title: 'app.nav.groups', href: '/administration/groups', permission: 'groups:read' },
      { title: 'app.nav.merchants', href: '/administration/merchants', permission: 'merchants:read' },
      { title: 'app.nav.jobs', href: '/administration/jobs', permission: 'jobs:read' },
      { title: 'app.nav.system', href: '/administration/system', permission: 'system:read' },
      { title: 'app.nav.settings', href: '/administration/settings', permission: 'system:read' },
      { title: 'app.nav.audit', href: '/administration/audit', permission: 'audit:read' },
    ],
  },
]
