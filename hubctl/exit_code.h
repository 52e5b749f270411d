// What hubctl's exit code means; docs/hubctl.md has the same list for scripts.
#ifndef FUSIONHUB_HUBCTL_EXIT_CODE_H_
#define FUSIONHUB_HUBCTL_EXIT_CODE_H_

namespace fusionhub::hubctl {

enum class ExitCode {
  kDone = 0,
  kError = 1,
  kUsage = 2,
  kRefused = 3,  // every owner refused
  kHeld = 4,     // some held, none released
  kPartial =
      5,  // something was answered, but an owner was silent, offline or sent what is not valid
  kFindings = 10,
  kBadProof = 20,  // a signature, proof or digest does not fit
  kStale = 21,
  kUnreachable = 22,
};

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_EXIT_CODE_H_
