/** Rollouts of update rules: states, what happened, and why a terminal or a rollout is where it is. */
export const rollouts = {
  state: {
    running: 'Running',
    paused: 'Paused',
    halted: 'Halted',
    finished: 'Finished',
    stopped: 'Stopped',
  },
  stateMeaning: {
    running: 'The open wave goes on.',
    paused: 'Nothing new is offered; what is under way goes on.',
    halted: 'It stopped by itself. Nothing new is offered until somebody resumes it.',
    finished: 'Every wave reached its success threshold; all terminals of the rule may update.',
    stopped: 'It was stopped for good; what was not installed was withdrawn.',
  },
  target: {
    waiting: 'Waiting',
    active: 'Under way',
    succeeded: 'Succeeded',
    failed: 'Failed',
    excused: 'Failed, excused',
    left: 'Not counted',
  },
  event: {
    started: 'Started',
    wave_opened: 'Wave opened',
    halted: 'Halted by itself',
    finished: 'Finished',
    paused: 'Paused',
    resumed: 'Resumed',
    stopped: 'Stopped for good',
    retried: 'Failed terminals tried again',
  },
  halt: {
    error_threshold: 'Wave {{ wave }}: {{ failed }} of {{ of }} failed, the limit is {{ percent }} %.',
    success_out_of_reach:
      'Wave {{ wave }}: {{ succeeded }} of {{ of }} succeeded and none is left to try, {{ percent }} % are needed.',
    rule_changed: 'The rule was changed on the way. Resume to send it on as it is now.',
    rule_disabled: 'The rule is switched off.',
    rule_over: 'The time of the rule is over.',
  },
  silent: 'Was offered the update and says nothing',
} as const
