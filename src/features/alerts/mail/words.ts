import type { Language } from '../../../core/languages'
import type { AlertKind, AlertSeverity } from '../lists'

/** By CLDR plural category; `{{ count }}` stands for the number. */
type Counted = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** What mails say; kinds and severities are called as on the pages, which a test holds them to. */
export interface MailWords {
  kind: Record<AlertKind, string>
  severity: Record<AlertSeverity, string>
  terminals: Counted
  opened: Counted
  cleared: Counted
  more: Counted
  openedHead: string
  clearedHead: string
  since: string
  lookedAfterBy: string
  all: string
  why: string
  testSubject: string
  test: string
}

export const MAIL_WORDS: Record<Language, MailWords> = {
  en: {
    kind: {
      'terminal-lost': 'Terminal lost',
      'battery-low': 'Battery low',
      'storage-low': 'Storage low',
      'rollout-halted': 'Rollout halted',
      'licence-expiring': 'Licence expiring',
      'licence-expired': 'Licence expired',
      'card-data-found': 'Card data found',
      'key-mismatch': 'Key mismatch',
      'key-failure': 'Key delivery failing',
      'job-failing': 'Job failing',
      'webhook-off': 'Webhook off',
      'api-key-expiring': 'API key expiring',
      'mail-failing': 'Mails do not go out',
    },
    severity: { info: 'Information', warning: 'Warning', critical: 'Critical' },
    terminals: { one: '{{ count }} terminal', other: '{{ count }} terminals' },
    opened: { one: '{{ count }} new alert', other: '{{ count }} new alerts' },
    cleared: { one: '{{ count }} cleared', other: '{{ count }} cleared' },
    more: { one: 'and {{ count }} more', other: 'and {{ count }} more' },
    openedHead: 'New',
    clearedHead: 'Cleared',
    since: 'since',
    lookedAfterBy: 'looked after by',
    all: 'All open alerts:',
    why: 'An administrator of psManager has chosen this address under Administration › Alert rules.',
    testSubject: 'psManager: test message',
    test: 'Mails about alerts reach this address.',
  },
  ru: {
    kind: {
      'terminal-lost': 'Терминал не на связи',
      'battery-low': 'Низкий заряд батареи',
      'storage-low': 'Заканчивается память',
      'rollout-halted': 'Раскатка остановилась',
      'licence-expiring': 'Истекает лицензия',
      'licence-expired': 'Лицензия истекла',
      'card-data-found': 'Найдены данные карт',
      'key-mismatch': 'Ключи не совпадают',
      'key-failure': 'Ключи не загружаются',
      'job-failing': 'Ошибки задачи',
      'webhook-off': 'Вебхук отключён',
      'api-key-expiring': 'Истекает ключ API',
      'mail-failing': 'Письма не отправляются',
    },
    severity: { info: 'Информация', warning: 'Предупреждение', critical: 'Критично' },
    terminals: {
      one: '{{ count }} терминал',
      few: '{{ count }} терминала',
      many: '{{ count }} терминалов',
      other: '{{ count }} терминала',
    },
    opened: {
      one: '{{ count }} новое оповещение',
      few: '{{ count }} новых оповещения',
      many: '{{ count }} новых оповещений',
      other: '{{ count }} новых оповещения',
    },
    cleared: { one: '{{ count }} снято', other: '{{ count }} снято' },
    more: { one: 'и ещё {{ count }}', other: 'и ещё {{ count }}' },
    openedHead: 'Новые',
    clearedHead: 'Сняты',
    since: 'с',
    lookedAfterBy: 'занимается',
    all: 'Все открытые оповещения:',
    why: 'Этот адрес указал администратор psManager в разделе «Администрирование › Правила оповещений».',
    testSubject: 'psManager: проверочное письмо',
    test: 'Письма об оповещениях доходят до этого адреса.',
  },
}
