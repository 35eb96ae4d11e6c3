import type { AppDecision } from '../sets'

/** A decision as it is shown. */
export function decidedView({ outcome, reasons, obstacles, install, remove }: AppDecision) {
  return {
    outcome,
    reasons: reasons.map(({ code, values }) => ({ code, values: { ...values } })),
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
