/** What became of a run, or may still become of it. */
export const JOB_OUTCOMES = ['running', 'done', 'failed', 'stopped', 'lost_lease', 'lost'] as const
