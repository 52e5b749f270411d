#include "audit/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::HasSubstr;

constexpr char kRoot[] = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

TEST(CheckpointTest, TheSpecificationsExampleIsRead) {
  const std::string body = absl::StrCat("example.com/behind-the-sofa\n20852163\n", kRoot, "\n");
  const auto checkpoint = ParseCheckpointBody(body);
  FUSIONHUB_ASSERT_OK(checkpoint);
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163u);
  EXPECT_EQ(CheckpointBody(*checkpoint), body);
}

TEST(CheckpointTest, ExtensionLinesAreKept) {
  const std::string body = absl::StrCat("log\n0\n", kRoot, "\nmore\nand more\n");
  const auto checkpoint = ParseCheckpointBody(body);
  FUSIONHUB_ASSERT_OK(checkpoint);
  EXPECT_THAT(checkpoint->extensions, ::testing::ElementsAre("more", "and more"));
  EXPECT_EQ(CheckpointBody(*checkpoint), body);
}

TEST(CheckpointTest, EverythingElseIsRefused) {
  for (const std::string& body :
       {std::string(), std::string("log\n5\n"), absl::StrCat("log\n5\n", kRoot),
        absl::StrCat("\n5\n", kRoot, "\n"), absl::StrCat("log\n05\n", kRoot, "\n"),
        absl::StrCat("log\n+5\n", kRoot, "\n"), absl::StrCat("log\n-5\n", kRoot, "\n"),
        absl::StrCat("log\n 5\n", kRoot, "\n"), absl::StrCat("log\n5x\n", kRoot, "\n"),
        absl::StrCat("log\n9223372036854775808\n", kRoot, "\n"),
        absl::StrCat("log\n\n", kRoot, "\n"), absl::StrCat("log\n5\n", kRoot, "A\n"),
        std::string("log\n5\nAAAA\n"), absl::StrCat("log\n5\n", kRoot, "\n\n"),
        absl::StrCat("log\n5\n", kRoot, "\n\nmore\n")}) {
    EXPECT_FALSE(ParseCheckpointBody(body).ok()) << body;
  }
}

class OpenCheckpointTest : public ::testing::Test {
 protected:
  std::string Note(const Checkpoint& checkpoint) {
    audit::Note note{.text = CheckpointBody(checkpoint), .signatures = {}};
    note.signatures.push_back(SignNote(note.text, "hub.example/log", key_));
    return SerialiseNote(note);
  }
  SeededRandom random_{1};
  crypto::Ed25519PrivateKey key_ = crypto::Ed25519PrivateKey::Generate(random_).value();
  VerifierKey vkey_ =
      VerifierKey::Create("hub.example/log", KeyType::kEd25519, key_.public_key()).value();
};

TEST_F(OpenCheckpointTest, AGoodOneOpens) {
  const auto opened = OpenCheckpoint(
      Note({.origin = "hub.example/log", .size = 3, .root = LeafHash("x"), .extensions = {}}),
      vkey_, "");
  FUSIONHUB_ASSERT_OK(opened);
  EXPECT_EQ(opened->checkpoint.size, 3u);
}

TEST_F(OpenCheckpointTest, AnotherLogsCheckpointIsRefused) {
  const std::string note = Note({.origin = "other", .size = 3, .root = {}, .extensions = {}});
  EXPECT_THAT(OpenCheckpoint(note, vkey_, ""),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("origin")));
  FUSIONHUB_EXPECT_OK(OpenCheckpoint(note, vkey_, "other"));
}

TEST_F(OpenCheckpointTest, ASignedNoteThatIsNoCheckpointIsRefused) {
  audit::Note note{.text = "hello\n", .signatures = {SignNote("hello\n", vkey_.name(), key_)}};
  EXPECT_THAT(OpenCheckpoint(SerialiseNote(note), vkey_, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not a checkpoint")));
}

}  // namespace
}  // namespace fusionhub::audit
