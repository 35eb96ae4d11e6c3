import type { AppTerminal, StandingApps } from './facts'

/** Whether a terminal reports all that it was told: packages at their version, and packages that are gone. */
export function isSettled(
  { apps }: Pick<AppTerminal, 'apps'>,
  { install, remove }: Pick<StandingApps, 'install' | 'remove'>,
): boolean {
  return (
    install.every(({ package: name, versionCode }) => apps.get(name)?.versionCode === versionCode) &&
    remove.every((name) => !apps.has(name))
  )
}
