/**
 * The terminal platforms psManager knows. The one list: contract, registry, licences, packages and apps read it.
 * `packages`: system packages can be sent. `apps`: Android applications can be installed and removed.
 */
export const PLATFORMS = [
  {
    id: 'wiseasy-wpos3',
    label: 'Wiseasy WPOS-3',
    aliases: ['wpos3', 'wpos-3', 'wiseasy'],
    packages: true,
    apps: true,
  },
  {
    id: 'ingenico-t3',
    label: 'Ingenico T3',
    aliases: ['t3', 'telium3', 'tetra', 'ingenico'],
    packages: true,
    apps: false,
  },
  { id: 'feitian-f20', label: 'Feitian F20', aliases: ['f20', 'feitian'], packages: true, apps: true },
  { id: 'other', label: 'Other', aliases: [], packages: false, apps: false },
] as const

export type PlatformId = (typeof PLATFORMS)[number]['id']

export const PLATFORM_IDS = PLATFORMS.map((platform) => platform.id) as [PlatformId, ...PlatformId[]]
