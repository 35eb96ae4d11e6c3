/** Where the value of a setting in force comes from. */
export const SETTING_SOURCES = ['environment', 'env_file', 'secret_file', 'generated', 'default'] as const

export const HEALTH_STATES = ['ok', 'warn', 'bad'] as const

/** What is looked at, in the order in which it is shown. */
export const CHECKS = [
  'database_connections',
  'database_transactions',
  'database_clock',
  'partitions',
  'blobs',
  'disk',
  'jobs',
  'webhooks',
  'pos_log',
  'change_feed',
  'terminals',
  'event_loop',
  'instances',
  'address',
] as const

/** What came out, each with a sentence that says what to do. */
export const FINDINGS = [
  'connections_ok',
  'connections_high',
  'connections_out',
  'transactions_ok',
  'transactions_long',
  'clock_ok',
  'clock_apart',
  'partitions_ok',
  'partitions_missing',
  'blobs_ok',
  'blobs_unreachable',
  'blobs_denied',
  'blobs_bucket_missing',
  'blobs_not_writable',
  'blobs_foreign',
  'blobs_two_places',
  'blobs_s3_unused',
  'disk_ok',
  'disk_low',
  'disk_full',
  'jobs_ok',
  'jobs_failed',
  'jobs_overdue',
  'webhooks_ok',
  'webhooks_waiting',
  'pos_log_ok',
  'pos_log_dropped',
  'change_feed_ok',
  'change_feed_behind',
  'terminals_ok',
  'terminals_failing',
  'terminals_refused',
  'event_loop_ok',
  'event_loop_late',
  'instances_ok',
  'instances_differ',
  'address_ok',
  'address_open',
] as const
