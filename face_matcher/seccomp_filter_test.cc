// What a confined process can still do, and that everything else kills it.
#include "face_matcher/seccomp_filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace fusionhub::face_matcher {
namespace {

constexpr int kAlive = 42;

// The wait status of a child that confines itself and then runs `act`.
int StatusAfter(const std::function<void()>& act, ConfinementLimits limits = {}) {
  const pid_t child = fork();
  if (child == 0) {
    if (!ConfineThisProcess(limits).ok()) _exit(1);
    act();
    _exit(kAlive);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

void ExpectKilled(const char* what, const std::function<void()>& act) {
  const int status = StatusAfter(act);
  EXPECT_TRUE(WIFSIGNALED(status)) << what << " status " << status;
  EXPECT_EQ(WTERMSIG(status), SIGSYS) << what;
}

TEST(SeccompFilterTest, ComputingAndMemoryAreAllowed) {
  const int status = StatusAfter([] {
    volatile char* memory = new char[8 << 20];
    memory[5 << 20] = 1;
    delete[] memory;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kAlive);
}

TEST(SeccompFilterTest, EverythingElseKills) {
  ExpectKilled("open", [] { open("/etc/passwd", O_RDONLY); });
  ExpectKilled("socket", [] { socket(AF_INET, SOCK_STREAM, 0); });
  ExpectKilled("fork", [] { (void)!fork(); });
  ExpectKilled("execve", [] { execl("/bin/true", "true", nullptr); });
  ExpectKilled("kill", [] { kill(getppid(), 0); });
  ExpectKilled("unlink", [] { unlink("/tmp/nothing"); });
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  ExpectKilled("write elsewhere", [] { (void)!write(3, "x", 1); });
#endif
  ExpectKilled("read elsewhere", [] {
    char byte;
    (void)!read(7, &byte, 1);
  });
}

TEST(SeccompFilterTest, MemoryIsNeverExecutableNorAFile) {
  ExpectKilled("mmap exec", [] {
    mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  });
  ExpectKilled("mmap file", [] { mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 0); });
  ExpectKilled("mprotect exec", [] {
    void* page = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
  });
}

TEST(SeccompFilterTest, ProcessorTimeEnds) {
  ConfinementLimits limits;
  limits.cpu_seconds = 1;
  const int status = StatusAfter(
      [] {
        volatile bool forever = true;
        while (forever) {
        }
      },
      limits);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) << WTERMSIG(status);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(SeccompFilterTest, MemoryEnds) {
  ConfinementLimits limits;
  limits.memory_bytes = 256 << 20;
  const int status = StatusAfter(
      [] {
        void* memory = mmap(nullptr, 512 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory != MAP_FAILED) _exit(1);
      },
      limits);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), kAlive);
}
#endif

}  // namespace
}  // namespace fusionhub::face_matcher
