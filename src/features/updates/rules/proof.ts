import type { StandingUpdate } from './facts'
import { isSame } from './versions'

/** Whether a terminal reports all the versions that an update leads to. */
export function isProven(
  { versions }: Pick<StandingUpdate, 'versions'>,
  components: ReadonlyMap<string, string> | undefined,
): boolean {
  return [...versions].every(([component, version]) => {
    const reported = components?.get(component)
    return reported !== undefined && isSame(reported, version)
  })
}
