// Resource limits and a libseccomp whitelist.
#include "face_matcher/seccomp_filter.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace fusionhub::face_matcher {
namespace {

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, void (*)(scmp_filter_ctx)>;

absl::Status Failed(absl::string_view what) {
  return absl::ErrnoToStatus(errno, absl::StrCat("image sandbox: ", what, " failed"));
}

absl::Status LimitTo(int resource, uint64_t value) {
  const rlimit limit{value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0) return absl::OkStatus();
  return Failed("setrlimit");
}

absl::Status LimitResources(const ConfinementLimits& limits) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Sanitizers reserve terabytes of address space.
  FUSIONHUB_RETURN_IF_ERROR(LimitTo(RLIMIT_AS, limits.memory_bytes));
#endif
  FUSIONHUB_RETURN_IF_ERROR(LimitTo(RLIMIT_CPU, limits.cpu_seconds));
  FUSIONHUB_RETURN_IF_ERROR(LimitTo(RLIMIT_CORE, 0));
  FUSIONHUB_RETURN_IF_ERROR(LimitTo(RLIMIT_FSIZE, 0));
  FUSIONHUB_RETURN_IF_ERROR(LimitTo(RLIMIT_NPROC, 0));
  return absl::OkStatus();
}

// Collects the first error, so that the list of rules reads as a list.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  template <typename... Conditions>
  void Allow(int call, Conditions... conditions) {
    const std::array<scmp_arg_cmp, sizeof...(Conditions)> all = {conditions...};
    const int error = seccomp_rule_add_array(filter_, SCMP_ACT_ALLOW, call, all.size(), all.data());
    if (error != 0 && error_ == 0) error_ = error;
  }
  int error() const { return error_; }

 private:
  scmp_filter_ctx filter_;
  int error_ = 0;
};

void AddRules(Rules& rules) {
  const scmp_arg_cmp no_execute = SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  rules.Allow(SCMP_SYS(read), SCMP_A0_64(SCMP_CMP_EQ, 0));
  rules.Allow(SCMP_SYS(write), SCMP_A0_64(SCMP_CMP_EQ, 1));
  rules.Allow(SCMP_SYS(write), SCMP_A0_64(SCMP_CMP_EQ, 2));
  // Anonymous memory only: no file can be mapped.
  rules.Allow(SCMP_SYS(mmap), no_execute,
              SCMP_A3_64(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
  rules.Allow(SCMP_SYS(mprotect), no_execute);
  rules.Allow(SCMP_SYS(munmap));
  rules.Allow(SCMP_SYS(mremap));
  rules.Allow(SCMP_SYS(madvise));
  rules.Allow(SCMP_SYS(brk));
  rules.Allow(SCMP_SYS(futex));
  rules.Allow(SCMP_SYS(clock_gettime));
  rules.Allow(SCMP_SYS(getrandom));
  rules.Allow(SCMP_SYS(rt_sigreturn));
  rules.Allow(SCMP_SYS(exit));
  rules.Allow(SCMP_SYS(exit_group));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  rules.Allow(SCMP_SYS(getpid));
  rules.Allow(SCMP_SYS(gettid));
  rules.Allow(SCMP_SYS(sigaltstack));
  rules.Allow(SCMP_SYS(rt_sigprocmask));
  rules.Allow(SCMP_SYS(sched_yield));
  // UBSan asks whether memory is readable by writing it to a pipe of its own.
  rules.Allow(SCMP_SYS(pipe2));
  rules.Allow(SCMP_SYS(write));
  rules.Allow(SCMP_SYS(close));
#endif
}

}  // namespace

absl::Status ConfineThisProcess(const ConfinementLimits& limits) {
  // The parent's death must not leave a decoder behind; nobody may attach to it or dump it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Failed("PR_SET_PDEATHSIG");
  if (prctl(PR_SET_DUMPABLE, 0) != 0) return Failed("PR_SET_DUMPABLE");
  FUSIONHUB_RETURN_IF_ERROR(LimitResources(limits));
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS), seccomp_release);
  if (filter == nullptr) return absl::InternalError("image sandbox: seccomp_init failed");
  Rules rules(filter.get());
  AddRules(rules);
  int error = rules.error();
  if (error == 0) error = seccomp_load(filter.get());  // sets no_new_privs
  if (error != 0) {
    errno = -error;
    return Failed("loading the seccomp filter");
  }
  return absl::OkStatus();
}

}  // namespace fusionhub::face_matcher
