// The real child on good and hostile images, and stand-ins for every way in which a child can
// misbehave.
#include "face_matcher/decode_sandbox.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_matchers.h"
#include "face_matcher/face_error.h"
#include "face_matcher/sandbox_for_test.h"
#include "face_matcher/test_images.h"

namespace fusionhub::face_matcher {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

DecodeSandbox RealSandbox() {
  auto sandbox = DecodeSandbox::Create(TestSandboxOptions());
  FUSIONHUB_EXPECT_OK(sandbox);
  return *std::move(sandbox);
}

// What becomes of an image when this shell script stands in for the child.
absl::Status WithChild(const std::string& script, absl::Duration timeout = absl::Seconds(30)) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/child_", getpid(), ".sh");
  FUSIONHUB_EXPECT_OK(WriteFileAtomically(path, absl::StrCat("#!/bin/sh\n", script, "\n"), 0700,
                                          Durability::kUnsynced));
  SandboxOptions options = TestSandboxOptions();
  options.program = path;
  options.timeout = timeout;
  auto sandbox = DecodeSandbox::Create(options);
  FUSIONHUB_EXPECT_OK(sandbox);
  return sandbox->Check(JpegOf(64, 64));
}

TEST(DecodeSandboxTest, AcceptsImagesThatDecode) {
  const DecodeSandbox sandbox = RealSandbox();
  FUSIONHUB_EXPECT_OK(sandbox.Check(JpegOf(200, 100)));
  FUSIONHUB_EXPECT_OK(sandbox.Check(PngOf(200, 100)));
}

TEST(DecodeSandboxTest, DecodesTheLargestImageThatIsAllowed) {
  FUSIONHUB_EXPECT_OK(RealSandbox().Check(PngOf(5000, 4000)));
}

TEST(DecodeSandboxTest, RefusesBadImagesWithTheirWord) {
  const DecodeSandbox sandbox = RealSandbox();
  const std::string jpeg = JpegOf(200, 200);
  EXPECT_EQ(FaceErrorReason(sandbox.Check("")), "IMAGE_EMPTY");
  EXPECT_EQ(FaceErrorReason(sandbox.Check("hello")), "IMAGE_NOT_JPEG_OR_PNG");
  EXPECT_EQ(FaceErrorReason(sandbox.Check(jpeg + std::string(3 << 20, 'x'))), "IMAGE_TOO_LARGE");
  EXPECT_EQ(FaceErrorReason(sandbox.Check(jpeg.substr(0, jpeg.size() / 2))), "IMAGE_BROKEN");
  EXPECT_EQ(FaceErrorReason(sandbox.Check(PngBomb(60000, 60000))), "IMAGE_TOO_MANY_PIXELS");
  EXPECT_EQ(FaceErrorReason(sandbox.Describe(JpegOf(200, 200), std::nullopt).status()), "NO_FACE");
}

TEST(DecodeSandboxTest, AKilledChildIsTheImagesFault) {
  const absl::Status status = WithChild("kill -SEGV $$");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("signal 11")));
  EXPECT_EQ(FaceErrorReason(status), "SANDBOX_KILLED");
}

TEST(DecodeSandboxTest, AHangingChildIsKilledAtTheTimeout) {
  const absl::Status status = WithChild("exec sleep 600", absl::Milliseconds(200));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("within 200ms")));
  EXPECT_EQ(FaceErrorReason(status), "SANDBOX_TIMEOUT");
}

TEST(DecodeSandboxTest, BrokenInstallationsAreNotTheImagesFault) {
  for (const char* script :
       {"exit 70", "exit 1", "exit 0", "echo nonsense", "exec cat /dev/zero",
        "printf '\\004\\000\\000\\000abcd'", "printf '\\377\\377\\377\\377abcd'"}) {
    const absl::Status status = WithChild(script);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, HasSubstr("image sandbox")))
        << script;
    EXPECT_EQ(FaceErrorReason(status), "SANDBOX_FAILED") << script;
  }
}

TEST(DecodeSandboxTest, TheChildInheritsNeitherEnvironmentNorDescriptors) {
  setenv("FUSIONHUB_SECRET", "secret", 1);
  constexpr int kLeaked = 57;
  ASSERT_EQ(dup2(0, kLeaked), kLeaked);
  // Ends with 70 when it sees either of them, by a signal otherwise.
  const absl::Status status = WithChild(
      "[ -n \"$FUSIONHUB_SECRET\" ] && exit 70\n[ -e /proc/self/fd/57 ] && exit 70\nkill -TERM $$");
  close(kLeaked);
  unsetenv("FUSIONHUB_SECRET");
  EXPECT_EQ(FaceErrorReason(status), "SANDBOX_KILLED") << status;
}

TEST(DecodeSandboxTest, SaysWhatIsMissing) {
  SandboxOptions options = TestSandboxOptions();
  options.program = "/nowhere/image_sandbox";
  EXPECT_THAT(DecodeSandbox::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("/nowhere/image_sandbox")));
  options = TestSandboxOptions();
  options.cascade_dir = "/nowhere";
  EXPECT_THAT(DecodeSandbox::Create(options),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("opencv-data")));
}

TEST(DecodeSandboxTest, TheModelIdNamesMethodAndCascades) {
  const DecodeSandbox sandbox = RealSandbox();
  EXPECT_EQ(sandbox.model_id().size(), 16u);
  EXPECT_EQ(sandbox.model_id(), RealSandbox().model_id());
}

TEST(DecodeSandboxTest, SeveralThreadsMayUseOne) {
  const DecodeSandbox sandbox = RealSandbox();
  const std::string good = JpegOf(100, 100);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&sandbox, &good, i] {
      const absl::Status status = sandbox.Check(i % 2 == 0 ? good : good.substr(0, 300));
      EXPECT_EQ(FaceErrorReason(status), i % 2 == 0 ? "" : "IMAGE_BROKEN");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace fusionhub::face_matcher
