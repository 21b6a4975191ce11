/** Errors of `npm start`. */
export const systemErrors = {
  FREEHOLD_CHILD_FAILED: {
    meaning: 'A process of the system did not become ready, or ended again and again.',
    fix: 'Read its log; the message names the file.',
  },
  FREEHOLD_ALREADY_RUNNING: {
    meaning: 'The system runs already with this folder of state.',
    fix: 'Stop it with Ctrl-C where it runs, or start another with --state and other ports.',
  },
  FREEHOLD_STATE_FOREIGN: {
    meaning: 'The folder for the local state holds something else, which is not touched.',
    fix: 'Name an empty folder, or one that does not exist yet, with --state.',
  },
  FREEHOLD_START_USAGE: {
    meaning: 'The command line of `npm start` says something impossible.',
    fix: 'Correct it; `npm start -- --help` tells more.',
  },
} as const
