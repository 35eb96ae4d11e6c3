import { z } from 'zod'
import {
  flag,
  mailAddress,
  origins,
  type Rooms,
  setting,
  several,
  smtpUrl,
  text,
  whole,
} from './config-values'

/** Those of src/core/permissions.ts, which lies above: whoever asks for a role that is not here does not compile. */
const ROLES = ['admin', 'operator', 'support', 'key-officer', 'auditor', 'viewer'] as const

/** Settings of what people and programs do. */
export const CALLER_SETTINGS = {
  signIn: {
    secret: setting(
      'AUTH_SECRET',
      z.string().min(32, 'must have at least 32 characters').max(500).optional(),
      'Signs session cookies and encrypts second factors; made in STORAGE_DIR/secrets where not set. Servers with one DATABASE_URL need the same.',
      { isSecret: true, isGenerated: true },
    ),
    attempts: setting(
      'SIGN_IN_ATTEMPTS',
      whole(1, 10).default(10),
      'Failed attempts after which a login is locked (PCI DSS 8.3.4: ten at most).',
    ),
    lockMinutes: setting(
      'SIGN_IN_LOCK_MINUTES',
      whole(1, 1440).default(30),
      'How long a login stays locked (PCI DSS 8.3.4: 30 at least).',
    ),
    requestsPerMinute: setting(
      'SIGN_IN_REQUESTS_PER_MINUTE',
      whole(5, 10_000).default(60),
      'Requests about signing in an address may make a minute.',
    ),
    idleMinutes: setting(
      'SESSION_IDLE_MINUTES',
      whole(1, 1440).default(15),
      'A session unused for this long ends (PCI DSS 8.2.8: 15 at most).',
    ),
    maxHours: setting(
      'SESSION_MAX_HOURS',
      whole(1, 720).default(12),
      'A session ends after this long in any case.',
    ),
    secondFactorRoles: setting(
      'SECOND_FACTOR_ROLES',
      several(ROLES).default(['admin', 'key-officer', 'auditor']),
      'Roles that may do nothing until they have set up a second factor, parted by blanks or commas; `none` where passwords shall do, as in a demonstration.',
    ),
    freshMinutes: setting(
      'FRESH_MINUTES',
      whole(1, 1440).default(10),
      'How old the proof of password and second factor may be for what matters most: roles, API keys, approval of keys, webhooks, addresses of mails.',
    ),
  },
  api: {
    requestsPerMinute: setting(
      'API_REQUESTS_PER_MINUTE',
      whole(1, 1_000_000).default(6000),
      'Requests one API key may make a minute at each server, unless it has a number of its own.',
    ),
    origins: setting(
      'INTEGRATOR_ORIGINS',
      origins.default([]),
      'Sites whose pages may call REST and tRPC with an API key from a browser, each as scheme://host[:port], parted by blanks or commas. Cookies never count there. None where not set.',
      { example: 'https://tills.bank.example' },
    ),
  },
  uploads: {
    maxMib: setting(
      'UPLOAD_MAX_MIB',
      whole(1, 1024 * 1024).default(8192),
      'Largest file that may be uploaded in parts, in MiB.',
    ),
    openMax: setting(
      'UPLOAD_OPEN_MAX',
      whole(1, 100_000).default(1000),
      'Uploads that one operator or API key may have open at a time.',
    ),
    openMaxMib: setting(
      'UPLOAD_OPEN_MAX_MIB',
      whole(1, 16 * 1024 * 1024).default(16_384),
      'Size of all open uploads of one operator or API key together, in MiB.',
    ),
    partKib: setting(
      'UPLOAD_PART_KIB',
      whole(64, 16 * 1024).default(4096),
      'Length of the parts in which files are uploaded, in KiB. Shorter ones lose less on a link that breaks.',
    ),
    expiresHours: setting(
      'UPLOAD_EXPIRES_HOURS',
      whole(1, 720).default(24),
      'An upload that gets no part for this long is discarded.',
    ),
  },
  mail: {
    smtpUrl: setting(
      'SMTP_URL',
      smtpUrl,
      'The mail server that takes mails about alerts: smtp:// (port 587, or the one that is given) or smtps:// (465). Without it nobody gets mails.',
      { example: 'smtp://psm:secret@mail.example:587', isSecret: true },
    ),
    from: setting('MAIL_FROM', mailAddress.optional(), 'Whom mails are from; needed with SMTP_URL.', {
      example: 'tms@bank.example',
    }),
    tls: setting(
      'SMTP_TLS',
      z.enum(['required', 'none']).default('required'),
      'Of smtp://: required sends nothing before STARTTLS; none never encrypts, for a relay on the same machine or network. smtps:// is TLS from the start.',
    ),
    caFile: setting(
      'SMTP_CA_FILE',
      text.optional(),
      'Certification authorities (PEM) that the mail server may be certified by, beside those everybody trusts.',
      { example: '/etc/ssl/bank-ca.pem' },
    ),
  },
  webhooks: {
    allowPrivate: setting(
      'WEBHOOK_ALLOW_PRIVATE',
      flag.default(false),
      'Lets webhooks go to http:// and to private, loopback and link-local addresses: for receivers in the own network.',
    ),
  },
} as const satisfies Rooms
