import type { Ctx } from '../../../core/context'
import { toldReasons } from '../../updates/rollouts'
import type { AppDecision } from '../sets'

/** A decision as it is shown to the caller. */
export function decidedView(
  ctx: Pick<Ctx, 'actor'>,
  { outcome, reasons, obstacles, install, remove }: AppDecision,
) {
  return {
    outcome,
    reasons: toldReasons(ctx, reasons),
    obstacles: obstacles.map(({ package: name, code, values }) => ({
      package: name,
      code,
      values: { ...values },
    })),
    install: install.map(({ package: name, versionCode, versionName }) => ({
      package: name,
      versionCode,
      versionName,
    })),
    remove: [...remove],
  }
}
