/** What the server does on its own: each job by its name, what runs say of themselves, and the page about them. */
export const jobs = {
  job: {
    'advance-rollouts': {
      name: 'Advance rollouts',
      meaning:
        'Follows the terminals of every rollout: opens the next wave, halts at too many failures, has failed terminals try again.',
    },
    'archive-eslips': {
      name: 'Archive old slips',
      meaning:
        'Moves whole days of slips out of the database into files, once they are older than the settings say. They are found all the same.',
    },
    'audit-anchor': {
      name: 'Write down the end of the audit log',
      meaning:
        'Writes number and hash of the newest entry of the audit log to the server’s log. Whoever rewrites the audit log in the database is found by what was written down there.',
    },
    'count-analysis': {
      name: 'Count the analysis',
      meaning:
        'Counts anew the large sets of terminals that people look at in Monitoring › Analysis, once their numbers are older than ANALYSIS_MINUTES.',
    },
    'delete-expired-eslips': {
      name: 'Delete expired slips',
      meaning:
        'Deletes archived slips for good once they are older than ESLIP_RETENTION_DAYS, unless a hold keeps them. Without that setting it does nothing.',
    },
    'deliver-webhooks': {
      name: 'Send webhooks',
      meaning:
        'Tells other systems by webhooks what has happened. A run looks every second for five minutes, then the next begins.',
    },
    'ecr-log-retention': {
      name: 'Delete old ECR logs',
      meaning:
        'Deletes ECR logs that are too old or too large together, uploads that nobody has finished, and gives up requests that were not answered for 30 days.',
    },
    'eslip-partitions': {
      name: 'Prepare the days of slips',
      meaning: 'Makes the tables in which the slips of the coming days are kept.',
    },
    'fail-unproved-actions': {
      name: 'Fail actions without proof',
      meaning:
        'Actions that a terminal reported as installed and never proved by its status are marked as failed.',
    },
    'fleet-snapshot': {
      name: 'Count the fleet',
      meaning: 'Counts terminals by state, connection and version for the overview and its chart.',
    },
    'judge-ecr-log-requests': {
      name: 'Look after requests for ECR logs',
      meaning:
        'Where a terminal could not send its log, it is asked again later, five times at most; where it never can, the request ends.',
    },
    'mail-alerts': {
      name: 'Send mails about alerts',
      meaning:
        'Tells the addresses that rules name of alerts. A run looks every five seconds for five minutes, then the next begins.',
    },
    'match-waiting-licences': {
      name: 'Match waiting licences',
      meaning: 'Licences that came before their terminal are matched to it once it is registered.',
    },
    'pos-log-partitions': {
      name: 'Keep the POS log',
      meaning:
        'Makes the tables for the coming days of the POS log and drops the days older than POS_LOG_DAYS.',
    },
    'recount-license-gaps': {
      name: 'Recount licence gaps',
      meaning: 'Counts anew which terminals have no licence or an ending one, in case a count was missed.',
    },
    'retire-swapped': {
      name: 'Retire replaced terminals',
      meaning:
        'Terminals that were replaced are retired when the time for handing over their slips and logs is over.',
    },
    'status-partitions': {
      name: 'Keep the history of statuses',
      meaning:
        'Makes the tables in which the statuses of the coming months are kept, and drops months older than STATUS_HISTORY_DAYS.',
    },
    'delete-spared-files': {
      name: 'Remove files spared for a backup',
      meaning: 'Removes from the store the files that were to be removed while a backup was being made.',
    },
    'sweep-incoming-blobs': {
      name: 'Remove broken-off files',
      meaning: 'Removes from the store what was left of files whose way in was cut off.',
    },
    'sweep-stored-files': {
      name: 'Remove unused files',
      meaning: 'Removes from the store the files that no system package and no application needs any more.',
    },
    'settle-key-files': {
      name: 'Look after key files',
      meaning:
        'Offers key files again that terminals fetched and did not install, ends those that expired, destroys the bytes of old failed ones.',
    },
    'sweep-key-objects': {
      name: 'Remove destroyed key files',
      meaning: 'Removes the sealed bytes of key files from the store once nobody can open them any more.',
    },
    'end-replaced-secrets': {
      name: 'End replaced secrets',
      meaning:
        'Marks secrets of API keys as ended whose overlap with the new one is over; they have opened nothing since.',
    },
    'sweep-sign-in': {
      name: 'Tidy up sign-ins',
      meaning: 'Removes ended sessions, used codes and old failed attempts; they open nothing any more.',
    },
    'sweep-uploads': {
      name: 'End expired uploads',
      meaning: 'Uploads that nobody has finished in time are ended and their parts removed.',
    },
    'trim-alerts': {
      name: 'Trim old alerts',
      meaning: 'Removes alerts that cleared more than 90 days ago, with their history.',
    },
    'watch-alerts': {
      name: 'Watch for alerts',
      meaning:
        'Looks every minute for what is wrong in the fleet and on the server; raises alerts, and clears those whose cause is gone.',
    },
    'trim-webhooks': {
      name: 'Trim webhook messages',
      meaning: 'Removes settled webhook messages and attempts that are older than 30 days.',
    },
    'trim-repeatable-writes': {
      name: 'Forget writes of yesterday',
      meaning:
        'Removes what is kept for 24 hours so that programs may repeat a write by its Idempotency-Key.',
    },
    'trim-records': {
      name: 'Trim old records',
      meaning:
        'Removes runs of jobs older than 30 days and internal notes about changes older than a week. The audit log is never touched.',
    },
  },
  outcome: {
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    stopped: 'Stopped',
    lost_lease: 'Taken over',
    lost: 'Lost',
  },
  outcomeMeaning: {
    stopped: 'It was stopped in the middle. The next run goes on from there.',
    lost_lease: 'The server could not reach the database for a while, and another one may have taken over.',
    lost: 'The server ended in the middle without saying so. The next run goes on from there.',
  },
  detail: {
    alerts: 'Old alerts removed',
    raised: 'Alerts raised',
    cleared: 'Alerts over',
    mailsSent: 'Mails sent',
    mailsRefused: 'Mails refused',
    notesGivenUp: 'Alerts no mail was sent about',
    abandoned: 'Uploads left behind',
    aged: 'Too old',
    oversized: 'Too large together',
    askedAgain: 'To be asked again',
    ended: 'Requests ended',
    requestsGivenUp: 'Requests given up',
    archivesDeleted: 'Archives deleted',
    archivesHeld: 'Kept by holds',
    attempts: 'Failed attempts removed',
    attemptsRemoved: 'Attempts removed',
    attemptsToRepeat: 'Attempts to be repeated',
    days: 'Days',
    definitions: 'Jobs no server knows any more',
    dropped: 'Tables dropped',
    expired: 'Uploads ended',
    failed: 'Actions failed',
    feed: 'Old notes about changes',
    firstDay: 'First day',
    firstDays: 'Days',
    isOff: 'Switched off',
    kept: 'Back in service',
    keyLeasesEnded: 'Key files not installed in time',
    keyObjectsRemoved: 'Objects of key files removed',
    keysExpired: 'Key files expired',
    keysOfferedAgain: 'Key files offered again',
    keysOutOfService: 'Key files of terminals out of service destroyed',
    keysPurged: 'Key files destroyed',
    lastDay: 'Last day',
    leftOutBytes: 'Left out as too long',
    made: 'Tables made',
    matched: 'Licences matched',
    messagesDelivered: 'Messages delivered',
    messagesFailed: 'Messages given up',
    messagesRemoved: 'Messages removed',
    messagesWritten: 'Messages written',
    removed: 'Files removed',
    retired: 'Replaced terminals retired',
    rollouts: 'Rollouts followed',
    rolloutsFinished: 'Rollouts finished',
    rolloutsHalted: 'Rollouts halted',
    runs: 'Old runs',
    scopes: 'Sets of terminals counted',
    scopesForgotten: 'No longer looked at, forgotten',
    sessions: 'Sessions removed',
    sizeBytes: 'Size',
    slips: 'Slips',
    swept: 'Left by broken-off attempts, removed',
    targetsChanged: 'Terminals whose update moved on',
    terminals: 'Terminals',
    wavesOpened: 'Waves opened',
    webhooksDisabled: 'Webhooks disabled',
    entries: 'Entries',
    head: 'Number and hash of the newest',
  },
  step: { archiving: 'Archiving day by day', counting: 'Counting', deleting: 'Deleting files' },
  schedule: {
    minute: 'Every minute',
    minutes: { one: 'Every {{ count }} minute', other: 'Every {{ count }} minutes' },
    seconds: { one: 'Every {{ count }} second', other: 'Every {{ count }} seconds' },
    hour: 'Every hour, {{ minute }} minutes past',
    hours: { one: 'Every {{ count }} hour', other: 'Every {{ count }} hours' },
    day: 'Every day at {{ time }}',
    week: 'Every week: {{ weekday }} at {{ time }}',
    month: 'Every month on day {{ day }} at {{ time }}',
  },
  page: {
    text: 'What the servers do on their own. Each job is run by one of them at a time.',
    job: 'Job',
    schedule: 'Schedule',
    last: 'Last run',
    next: 'Next',
    never: 'Not yet',
    empty: 'No server has told of its jobs yet',
    emptyText: 'This page fills within seconds of the start of a server.',
    run: 'Run now',
    runNamed: 'Run now: “{{ name }}”',
    dryRun: 'Dry run',
    dryRunNamed: 'Dry run of “{{ name }}”',
    stop: 'Stop',
    stopNamed: 'Stop “{{ name }}”',
    runTitle: 'Run “{{ name }}” now?',
    runText: '{{ meaning }} It starts within seconds; the schedule stays as it is.',
    stopTitle: 'Stop “{{ name }}”?',
    stopText:
      'It ends at its next safe point. What is done stays done, and the next run goes on with the rest.',
    withdraw: 'Take back',
    withdrawNamed: 'Take back: “{{ name }}”',
    asked: '“{{ name }}” begins in a moment',
    dryAsked: 'The dry run of “{{ name }}” begins in a moment',
    stopAsked: '“{{ name }}” is told to stop',
    withdrawn: 'The request for “{{ name }}” is taken back',
  },
  run: {
    started: 'Started',
    outcome: 'Outcome',
    duration: 'Took',
    by: 'Begun by',
    bySchedule: 'Schedule',
    server: 'Server',
    result: 'Result',
    dry: 'Dry run',
    dryResult: 'Nothing was changed. This would be done:',
    nothing: 'Nothing to tell',
    nothingDone: 'There was nothing to do',
    moment: 'under a second',
    progress: 'Progress of “{{ name }}”',
    doneOf: '{{ done }} of {{ total }}',
    doneSoFar: 'So far: {{ done }}',
    waiting: 'Begins in a moment, asked for by {{ name }}',
    stopping: 'Told to stop by {{ name }}',
    stoppedBy: 'Stopped by {{ name }}',
    since: 'for {{ duration }}',
    current: 'Now',
    idle: 'Not running',
    last: 'Last run',
    history: 'History',
    historyText: 'Runs are kept for 30 days.',
    anyOutcome: 'Any outcome',
    none: 'It has not run yet',
    noneText: 'The first run is listed here as soon as it begins.',
  },
} as const
