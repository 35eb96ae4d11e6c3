import { z } from 'zod'
import { flag, type Rooms, setting, text, timeZone, whole, wrappingKeys } from './config-values'

/** Settings of what terminals hand over and fetch. */
export const TERMINAL_SETTINGS = {
  terminals: {
    checkInSeconds: setting(
      'CHECK_IN_SECONDS',
      whole(10, 86_400).default(300),
      'How often a terminal is asked to check in, unless it has an interval of its own.',
    ),
    lateIntervals: setting(
      'LATE_INTERVALS',
      z.coerce.number().min(1.34).max(100).default(3),
      'A terminal silent for more than its interval and a third is late, for more than this many intervals lost.',
    ),
    enrollmentCodeHours: setting(
      'ENROLLMENT_CODE_HOURS',
      whole(1, 8760).default(168),
      'How long an enrolment code is good for.',
    ),
    confirmHours: setting(
      'CONFIRM_HOURS',
      whole(1, 720).default(24),
      'How long an installed action may wait for the check-in that proves it.',
    ),
    swapRetireDays: setting(
      'SWAP_RETIRE_DAYS',
      whole(1, 365).default(14),
      'Days for which a terminal that was replaced may still hand over slips and logs, before it is retired.',
    ),
    requestsPerMinute: setting(
      'TERMINAL_REQUESTS_PER_MINUTE',
      whole(10, 100_000).default(600),
      'Requests one terminal may make a minute.',
    ),
    strangerRequestsPerMinute: setting(
      'STRANGER_REQUESTS_PER_MINUTE',
      whole(10, 100_000).default(600),
      'Refused requests an address may make a minute before it is told to wait.',
    ),
    timeZone: setting(
      'TERMINAL_TIME_ZONE',
      timeZone.default('UTC'),
      'Time zone of terminals that have none of their own, for the windows of rules; such as Europe/Moscow.',
    ),
    downloads: setting(
      'TERMINAL_DOWNLOADS',
      whole(1, 100_000).default(500),
      'Files that terminals may fetch at once from one server; more are asked to come again later.',
    ),
  },
  licenses: {
    namePatterns: setting(
      'LICENSE_NAME_PATTERNS',
      text.optional(),
      'File-name patterns from which serial, platform, licence id and dates are read, parted by blanks; the built-in list where not set.',
      { example: '{serial}_{licId}.lic {platform}-{serial}-{licId}.*' },
    ),
  },
  slips: {
    utcOffset: setting(
      'SLIP_UTC_OFFSET',
      z
        .string()
        .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'must look like +03:00')
        .default('+00:00'),
      "Offset of slips whose localDateTime says none: that of the terminals' zone.",
      { example: '+03:00' },
    ),
    archiveDays: setting(
      'ESLIP_ARCHIVE_DAYS',
      whole(1, 400).default(90),
      'Days for which slips stay in the database, at most 400. Older ones are moved to files, whole days at a time, and are found all the same.',
    ),
    retentionDays: setting(
      'ESLIP_RETENTION_DAYS',
      whole(2, 36_500).optional(),
      'Age in days at which archived slips are deleted for good, unless a hold keeps them. Not set: never.',
      { example: '1825' },
    ),
  },
  monitoring: {
    posLogDays: setting(
      'POS_LOG_DAYS',
      whole(0, 400).default(30),
      'Days for which requests of terminals and their answers are kept in the POS log; 0 keeps none.',
    ),
    statusHistoryDays: setting(
      'STATUS_HISTORY_DAYS',
      whole(31, 3_660).default(400),
      'Days for which changes of statuses are kept at least; they go month by month.',
    ),
  },
  ecrLogs: {
    maxMib: setting(
      'ECR_LOG_MAX_MIB',
      whole(1, 1024).default(64),
      'Largest ECR log that a terminal may hand over, in MiB, both as it is sent and unpacked.',
    ),
    uploads: setting(
      'ECR_LOG_UPLOADS',
      whole(1, 10_000).default(50),
      'ECR logs that terminals may hand over at once to one server; more are asked to come again later.',
    ),
    resumeMinutes: setting(
      'ECR_LOG_RESUME_MINUTES',
      whole(1, 240).default(10),
      'How long a server waits for a terminal to go on with a log whose upload broke off.',
    ),
    retentionDays: setting(
      'ECR_LOG_RETENTION_DAYS',
      whole(1, 3650).default(90),
      'Age in days at which ECR logs are deleted.',
    ),
    terminalMib: setting(
      'ECR_LOG_TERMINAL_MIB',
      whole(1, 1024 * 1024).default(512),
      'Size of all ECR logs of one terminal together, in MiB of the store; above it the oldest are deleted.',
    ),
  },
  keys: {
    wrappingKeys: setting(
      'KEY_WRAPPING_KEYS',
      wrappingKeys,
      'Keys that key files are sealed under, id:base64 of 32 bytes, the first for new ones; made in STORAGE_DIR/secrets where not set.',
      { example: '2026:<base64>,2025:<base64>', isSecret: true, isGenerated: true },
    ),
    approval: setting(
      'KEY_APPROVAL',
      flag.default(false),
      'Key files wait for the approval of a key officer before a terminal may have them.',
    ),
    denyTestKeys: setting(
      'KEY_DENY_TEST_KEYS',
      flag.default(false),
      'Refuses key files with keys that are printed in standards and manuals. Switch it on where real keys are.',
    ),
    deprecatedBlocks: setting(
      'KEY_DEPRECATED_BLOCKS',
      flag.default(false),
      'Takes key blocks of the deprecated versions A and C of TR-31 too, with a warning.',
    ),
    retentionDays: setting(
      'KEY_RETENTION_DAYS',
      whole(1, 400).default(30),
      'Age in days at which the bytes of key files that failed are destroyed; installed and ended ones are at once.',
    ),
  },
} as const satisfies Rooms
