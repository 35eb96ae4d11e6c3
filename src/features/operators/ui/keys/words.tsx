import { For } from 'solid-js'
import type { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import { useNow } from '../../../../ui/now'
import type { ApiKeyView } from '../../schemas'

export type ApiKey = z.output<typeof ApiKeyView>

export const API_KEYS = '/administration/api-keys'
export const apiKeyPath = (apiKeyId: string) => `${API_KEYS}/${apiKeyId}`

type State = 'revoked' | 'expired' | 'makerGone' | 'expiring' | 'rotating' | 'unused' | 'active'
const TONES: Record<State, Tone> = {
  revoked: 'danger',
  expired: 'danger',
  makerGone: 'warn',
  expiring: 'warn',
  rotating: 'info',
  unused: 'warn',
  active: 'good',
}

/** A key with an end in the past, whatever the server knew when it was asked. */
export function isExpired({ expiresAt }: Pick<ApiKey, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs
}

/** The secret that still opens the door though another has taken its place. */
export function retiringSecret({ secrets }: Pick<ApiKey, 'secrets'>, nowMs: number) {
  return secrets.find(
    ({ state, endsAt }) => state === 'retiring' && endsAt !== null && Date.parse(endsAt) > nowMs,
  )
}

/** What a warning of the server is called. */
export const STATE_OF: Record<ApiKey['warnings'][number], State> = {
  maker_gone: 'makerGone',
  expires_soon: 'expiring',
  unused: 'unused',
}

/** What is to be said of a key, what matters most first. */
function statesOf(apiKey: ApiKey, nowMs: number): State[] {
  if (apiKey.revokedAt !== null) return ['revoked']
  if (isExpired(apiKey, nowMs)) return ['expired']
  const found: State[] = []
  if (apiKey.warnings.includes('maker_gone')) found.push('makerGone')
  if (apiKey.warnings.includes('expires_soon')) found.push('expiring')
  if (retiringSecret(apiKey, nowMs) !== undefined) found.push('rotating')
  if (apiKey.warnings.includes('unused')) found.push('unused')
  return found.length === 0 ? ['active'] : found
}

export function KeyStates(props: { apiKey: ApiKey }) {
  const { t } = useI18n()
  const now = useNow()
  return (
    <span class="inline-flex flex-wrap gap-1">
      <For each={statesOf(props.apiKey, now())}>
        {(state) => (
          <Badge hasDot tone={TONES[state]}>
            {t(`apiKeys.state.${state}`)}
          </Badge>
        )}
      </For>
    </span>
  )
}

/** How a secret begins, as far as that was kept. */
export function Hint(props: { hint: string | null }) {
  const { t } = useI18n()
  return (
    <span class="font-mono whitespace-nowrap">
      {props.hint === null ? t('apiKeys.secret.noHint') : `${props.hint}…`}
    </span>
  )
}
