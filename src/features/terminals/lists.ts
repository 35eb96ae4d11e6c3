import { PLATFORM_IDS, PLATFORMS, type PlatformId } from '../../core/platforms'

export const TERMINAL_STATES = ['expected', 'active', 'suspended', 'retired', 'revoked'] as const
export type TerminalState = (typeof TERMINAL_STATES)[number]

/** What platforms are called, for pages: names of makers, the same in every language. */
export const PLATFORM_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  PLATFORMS.map(({ id, label }) => [id, label]),
)

/** The platform that an address names; undefined where there is none of that id. */
export function knownPlatform(id: string | undefined): PlatformId | undefined {
  return PLATFORM_IDS.find((one) => one === id)
}
