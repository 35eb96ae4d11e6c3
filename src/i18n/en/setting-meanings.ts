// Made from src/config.ts by `npm run env:example`.
/** What each setting means, by its variable. */
export const settingMeanings = {
  PORT: 'Port of the web app, REST, tRPC and, unless TERMINAL_PORT is set as well, the terminals.',
  HOST: 'Address to listen on. Put a TLS proxy in front before you open it to a network.',
  TERMINAL_PORT: 'A second port that serves terminals and nothing else, for the terminal network.',
  TERMINAL_HOST: 'Address of the second port; HOST where not set.',
  TRUST_PROXY:
    'Take the client address from X-Forwarded-For and https from X-Forwarded-Proto. Only behind a proxy that sets both.',
  PUBLIC_URL:
    'The address people type. With https:// sessions have Secure cookies; pages at it may call this server whatever Host the proxy sends.',
  DRAIN_NOTICE_SECONDS:
    'How long a stopping server goes on taking requests while /readyz already says 503: behind a balancer two or three of its checks, else 0.',
  DRAIN_SECONDS: 'How long a stopping server waits for requests in flight.',
  STORAGE_DIR: 'Folder of the embedded database, the file store and generated secrets.',
  DATABASE_URL: 'A PostgreSQL (15 or newer) to use instead of the embedded one.',
  DATABASE_OWNER_URL:
    'The same database as the role that owns its tables, for migrations. Without it DATABASE_URL is used for both.',
  DATABASE_DIRECT_URL:
    'The same database past a transaction pooler such as PgBouncer, needed where DATABASE_URL leads through one: used to LISTEN, and for migrations without DATABASE_OWNER_URL.',
  DATABASE_TLS:
    'TLS towards DATABASE_URL: disable, require (encrypted, to whoever answers) or verify-full (and only to whom the certificate is for). Without it the URL decides.',
  DATABASE_CA_FILE:
    'PEM file of the authorities that may sign the certificate of the database, with DATABASE_TLS=verify-full. Without it those that the runtime trusts.',
  PG_BIN_DIR: 'Folder of PostgreSQL programs for the embedded database, instead of the bundled ones.',
  S3_ENDPOINT: 'S3-compatible store for binaries. Without S3_BUCKET files are kept in STORAGE_DIR.',
  S3_PUBLIC_ENDPOINT:
    'The same store as terminals reach it, for the addresses that they are sent to; S3_ENDPOINT where not set.',
  S3_REGION: 'Region of the bucket.',
  S3_BUCKET: 'Bucket for binaries; it must exist.',
  S3_ACCESS_KEY_ID: 'Access key.',
  S3_SECRET_ACCESS_KEY: 'Secret key.',
  CHECK_IN_SECONDS: 'How often a terminal is asked to check in, unless it has an interval of its own.',
  LATE_INTERVALS:
    'A terminal silent for more than its interval and a third is late, for more than this many intervals lost.',
  ENROLLMENT_CODE_HOURS: 'How long an enrolment code is good for.',
  CONFIRM_HOURS: 'How long an installed action may wait for the check-in that proves it.',
  SWAP_RETIRE_DAYS:
    'Days for which a terminal that was replaced may still hand over slips and logs, before it is retired.',
  TERMINAL_REQUESTS_PER_MINUTE: 'Requests one terminal may make a minute.',
  STRANGER_REQUESTS_PER_MINUTE: 'Refused requests an address may make a minute before it is told to wait.',
  TERMINAL_TIME_ZONE:
    'Time zone of terminals that have none of their own, for the windows of rules; such as Europe/Moscow.',
  TERMINAL_DOWNLOADS:
    'Files that terminals may fetch at once from one server; more are asked to come again later.',
  LICENSE_NAME_PATTERNS:
    'File-name patterns from which serial, platform, licence id and dates are read, parted by blanks; the built-in list where not set.',
  SLIP_UTC_OFFSET: "Offset of slips whose localDateTime says none: that of the terminals' zone.",
  ESLIP_ARCHIVE_DAYS:
    'Days for which slips stay in the database, at most 400. Older ones are moved to files, whole days at a time, and are found all the same.',
  ESLIP_RETENTION_DAYS:
    'Age in days at which archived slips are deleted for good, unless a hold keeps them. Not set: never.',
  POS_LOG_DAYS:
    'Days for which requests of terminals and their answers are kept in the POS log; 0 keeps none.',
  STATUS_HISTORY_DAYS: 'Days for which changes of statuses are kept at least; they go month by month.',
  ECR_LOG_MAX_MIB: 'Largest ECR log that a terminal may hand over, in MiB, both as it is sent and unpacked.',
  ECR_LOG_UPLOADS:
    'ECR logs that terminals may hand over at once to one server; more are asked to come again later.',
  ECR_LOG_RESUME_MINUTES:
    'How long a server waits for a terminal to go on with a log whose upload broke off.',
  ECR_LOG_RETENTION_DAYS: 'Age in days at which ECR logs are deleted.',
  ECR_LOG_TERMINAL_MIB:
    'Size of all ECR logs of one terminal together, in MiB of the store; above it the oldest are deleted.',
  KEY_WRAPPING_KEYS:
    'Keys that key files are sealed under, id:base64 of 32 bytes, the first for new ones; made in STORAGE_DIR/secrets where not set.',
  KEY_APPROVAL: 'Key files wait for the approval of a key officer before a terminal may have them.',
  KEY_DENY_TEST_KEYS:
    'Refuses key files with keys that are printed in standards and manuals. Switch it on where real keys are.',
  KEY_DEPRECATED_BLOCKS: 'Takes key blocks of the deprecated versions A and C of TR-31 too, with a warning.',
  KEY_RETENTION_DAYS:
    'Age in days at which the bytes of key files that failed are destroyed; installed and ended ones are at once.',
  AUTH_SECRET:
    'Signs session cookies and encrypts second factors; made in STORAGE_DIR/secrets where not set. Servers with one DATABASE_URL need the same.',
  SIGN_IN_ATTEMPTS: 'Failed attempts after which a login is locked (PCI DSS 8.3.4: ten at most).',
  SIGN_IN_LOCK_MINUTES: 'How long a login stays locked (PCI DSS 8.3.4: 30 at least).',
  SIGN_IN_REQUESTS_PER_MINUTE: 'Requests about signing in an address may make a minute.',
  SESSION_IDLE_MINUTES: 'A session unused for this long ends (PCI DSS 8.2.8: 15 at most).',
  SESSION_MAX_HOURS: 'A session ends after this long in any case.',
  SECOND_FACTOR_ROLES:
    'Roles that may do nothing until they have set up a second factor, parted by blanks or commas; `none` where passwords shall do, as in a demonstration.',
  FRESH_MINUTES:
    'How old the proof of password and second factor may be for what matters most: roles, API keys, approval of keys, webhooks, addresses of mails.',
  API_REQUESTS_PER_MINUTE:
    'Requests one API key may make a minute at each server, unless it has a number of its own.',
  INTEGRATOR_ORIGINS:
    'Sites whose pages may call REST and tRPC with an API key from a browser, each as scheme://host[:port], parted by blanks or commas. Cookies never count there. None where not set.',
  UPLOAD_MAX_MIB: 'Largest file that may be uploaded in parts, in MiB.',
  UPLOAD_OPEN_MAX: 'Uploads that one operator or API key may have open at a time.',
  UPLOAD_OPEN_MAX_MIB: 'Size of all open uploads of one operator or API key together, in MiB.',
  UPLOAD_PART_KIB:
    'Length of the parts in which files are uploaded, in KiB. Shorter ones lose less on a link that breaks.',
  UPLOAD_EXPIRES_HOURS: 'An upload that gets no part for this long is discarded.',
  SMTP_URL:
    'The mail server that takes mails about alerts: smtp:// (port 587, or the one that is given) or smtps:// (465). Without it nobody gets mails.',
  MAIL_FROM: 'Whom mails are from; needed with SMTP_URL.',
  SMTP_TLS:
    'Of smtp://: required sends nothing before STARTTLS; none never encrypts, for a relay on the same machine or network. smtps:// is TLS from the start.',
  SMTP_CA_FILE:
    'Certification authorities (PEM) that the mail server may be certified by, beside those everybody trusts.',
  WEBHOOK_ALLOW_PRIVATE:
    'Lets webhooks go to http:// and to private, loopback and link-local addresses: for receivers in the own network.',
  ANALYSIS_MINUTES:
    'How old the numbers of Monitoring > Analysis may become before they are counted anew. Small fleets are counted at each look.',
  LOG_LEVEL: 'How much is logged to standard output, as JSON lines.',
  METRICS_TOKEN: 'Bearer token for /metrics. Without it only this machine itself may read them.',
} as const
