import { settingMeanings } from './setting-meanings'

/** Settings in force, and how the server is. */
export const system = {
  settings: {
    text: 'The values this server read when it started. To put a change in the environment or in a file into force, restart it.',
    search: 'Variable or meaning',
    source: 'Comes from',
    anySource: 'From anywhere',
    isSet: 'set, not shown',
    notSet: 'not set',
    none: 'No setting fits',
    noneText: 'Search for something else, or look at settings from anywhere.',
    meaning: settingMeanings,
  },
  source: {
    environment: 'Environment',
    env_file: 'File .env',
    secret_file: 'Secret’s file (…_FILE)',
    generated: 'Made by the server',
    default: 'Default',
  },
  room: {
    http: 'Network',
    storage: 'Storage',
    database: 'Database',
    s3: 'S3 store',
    terminals: 'Terminals',
    licenses: 'Licences',
    slips: 'Slips',
    monitoring: 'Monitoring',
    ecrLogs: 'ECR logs',
    keys: 'Keys',
    signIn: 'Sign-in',
    api: 'API keys',
    uploads: 'Uploads',
    mail: 'Mails',
    webhooks: 'Webhooks',
    analysis: 'Analysis',
    log: 'Log',
    metrics: 'Metrics',
  },
  health: {
    text: 'How this server and what it stands on are doing. Looks again every ten seconds.',
    checks: 'Checks',
    server: 'This server',
    version: 'Version',
    runtime: 'Runtime',
    started: 'Started',
    id: 'Id of this run',
    terminals: 'Terminals in memory',
    answers: 'Answers to terminals, last minute',
    refusals: 'Refusals among them',
    database: 'Database',
    databaseKind: 'Which',
    embedded: 'Built in',
    external: 'Own server',
    size: 'Size',
    connections: 'Connections',
    connectionsOf: '{{ used }} of {{ limit }}',
    blobs: 'Binaries',
    files: 'Files in STORAGE_DIR',
    s3: 'S3 store',
    storeId: 'Id of the store',
    free: 'Free on the disk',
    freeOf: '{{ free }} of {{ total }}',
    tables: 'Largest tables',
    instances: 'Servers on this database',
    isThis: 'this one',
    seen: 'seen',
  },
  state: { ok: 'In order', warn: 'Look at it', bad: 'Act now' },
  check: {
    database_connections: 'Database connections',
    database_transactions: 'Long transactions',
    database_clock: 'Clocks',
    partitions: 'Tables by day and month',
    blobs: 'Store for binaries',
    disk: 'Disk',
    jobs: 'Jobs',
    webhooks: 'Webhooks',
    pos_log: 'POS log',
    change_feed: 'Changes from other servers',
    terminals: 'Answers to terminals',
    event_loop: 'Load of the server',
    instances: 'Servers',
    auth_secret: 'AUTH_SECRET of all servers',
    wrapping_keys: 'Wrapping keys of all servers',
    address: 'Address and TLS',
  },
  finding: {
    connections_ok: '{{ used }} of {{ limit }} are in use.',
    connections_high:
      '{{ used }} of {{ limit }} are in use. Raise max_connections of PostgreSQL before another server is added.',
    connections_out:
      '{{ used }} of {{ limit }} are in use: soon nobody gets another one. Raise max_connections, or end programs that hold connections.',
    transactions_ok: 'None is open for long.',
    transactions_long:
      'One has been open for {{ seconds }} s. It keeps the database from cleaning up: look into pg_stat_activity for who holds it.',
    clock_ok: 'Server and database differ by {{ milliseconds }} ms.',
    clock_apart:
      'Server and database differ by {{ milliseconds }} ms. Set both clocks by the same NTP server: sessions and leases depend on them.',
    partitions_ok: 'There is room for tomorrow.',
    partitions_missing:
      'No room for tomorrow in: {{ tables }}. Run the jobs that prepare tables (Administration › Jobs) and look at why they failed.',
    blobs_ok: 'It answers.',
    blobs_two_places:
      'Binaries lie in {{ home }}, and {{ other }} may still hold some: they are being moved, or old copies wait there. psm blobs migrate goes on, and empties it with --remove-old.',
    blobs_s3_unused:
      'S3_BUCKET is set, and binaries still lie in STORAGE_DIR. To bring them there: psm blobs migrate --to s3.',
    blobs_denied:
      'It refuses this server ({{ reason }}): no file can be handed over or fetched. Check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and S3_REGION, and the rights of the key.',
    blobs_bucket_missing:
      'The bucket that S3_BUCKET names does not exist: no file can be handed over or fetched. Make it, or correct the name.',
    blobs_not_writable:
      'Files can be fetched, none can be handed over: the store refused to take one ({{ reason }}). The key must be allowed to put and to delete objects in the bucket.',
    blobs_unreachable:
      'It does not answer: no file can be handed over or fetched. Check the S3 settings, or the rights and the disk of STORAGE_DIR.',
    blobs_foreign:
      'This store is not the one that the database goes with: nothing is stored there or deleted. Give this server the same folder, or the same S3 settings, as the others; look in its log for the ids. A restore elsewhere may have taken the store over.',
    disk_ok: '{{ freeBytes }} of {{ totalBytes }} are free.',
    disk_low:
      'Only {{ freeBytes }} of {{ totalBytes }} are free. Add space, or shorten the times for which logs and slips are kept.',
    disk_full:
      'Only {{ freeBytes }} of {{ totalBytes }} are free: soon nothing can be stored. Free or add space now.',
    jobs_ok: 'All run when they should, and their last runs succeeded.',
    jobs_failed: 'The last run failed: {{ jobs }}. Its page under Administration › Jobs says why.',
    jobs_overdue:
      'Should have run and did not: {{ jobs }}. Start them under Administration › Jobs; where that does not help, restart the server.',
    webhooks_ok: 'Messages waiting: {{ waiting }}.',
    webhooks_waiting:
      'Messages waiting: {{ waiting }}. A receiver is slow or down: see Administration › Webhooks.',
    pos_log_ok: 'Nothing was lost; entries waiting to be written: {{ waiting }}.',
    pos_log_dropped:
      'Entries lost since the start: {{ dropped }}. The database was too slow to write them; terminals were served all the same.',
    change_feed_ok: 'They arrive.',
    change_feed_behind:
      'They could not be read for a while: what was revoked elsewhere may still pass here. Check the connection to the database.',
    terminals_ok: 'In the last minute: {{ answered }}, of them refused: {{ refused }}.',
    terminals_refused:
      'In the last minute refused: {{ refused }} of {{ answered }}. Monitoring › POS log says whom and why.',
    terminals_failing:
      'In the last minute failed by the server’s own fault: {{ failed }} of {{ answered }}. The server’s log says why.',
    event_loop_ok: 'It answers without delay ({{ milliseconds }} ms).',
    event_loop_late:
      'It answers {{ milliseconds }} ms late and asks terminals to come less often. Add a server, or raise CHECK_IN_SECONDS.',
    instances_ok: 'Running: {{ count }}, all of one version.',
    instances_differ: 'They run different versions: {{ versions }}. Finish the update on all of them.',
    auth_secret_ok: 'No two running servers have different ones.',
    auth_secret_differs:
      'Servers have different ones: {{ servers }}. People signed in at one are signed out at the other, and second factors and secrets of webhooks cannot be opened everywhere. Give all the one with which the second factors were set up (AUTH_SECRET, or the same file secrets/auth-secret), and restart those that had another.',
    wrapping_keys_ok: 'No running server lacks a key that another one uses.',
    wrapping_keys_differ:
      'Servers do not have the same: {{ keys }}, where (–) has no such key. Key files sealed under it by one cannot be opened by the other. Give all the same KEY_WRAPPING_KEYS with all these keys in it (or the same file secrets/key-wrapping-keys), and restart them.',
    address_ok: 'Reached by TLS, or from this machine only.',
    address_open:
      'Other machines can reach this server without TLS. Put a TLS proxy in front and set PUBLIC_URL to its https:// address.',
  },
} as const
