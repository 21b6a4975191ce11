/** Errors of `freehold prove`. With each of them, nothing is proven. */
export const provingErrors = {
  FREEHOLD_PROVE_NOT_PROVISIONED: {
    meaning: 'Something that the manifest declares is not on the servers, so it cannot be attacked.',
    fix: 'Run `freehold apply` and `freehold migrate up`, or correct the manifest, and prove it then.',
  },
  FREEHOLD_PROVE_INTERRUPTED: {
    meaning:
      'A server went away while it was being proven. What was found until then says nothing about the rest.',
    fix: 'See that the server runs, and prove it again.',
  },
  FREEHOLD_PROVE_SELF_TEST: {
    meaning:
      'The proof fails on a system of the self-test that nobody has weakened, so the test says nothing.',
    fix: 'Report what it names: either Freehold provisions something wrong, or the proof does.',
  },
  FREEHOLD_PROVE_NO_SERVER: {
    meaning: 'The self-test needs a server that it may weaken, and there is none.',
    fix: 'Install @freehold/embedded beside freehold, with `npm install --save-dev @freehold/embedded`.',
  },
} as const
