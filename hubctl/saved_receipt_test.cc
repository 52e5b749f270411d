// Tests that a receipt survives its file, and that images land where they should.
#include "hubctl/saved_receipt.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "base/file.h"
#include "google/protobuf/util/message_differencer.h"
#include "hubctl/fake_hub.h"

namespace fusionhub::hubctl {
namespace {

TEST(SavedReceiptTest, ComesBackAsItWasAndOnlyItsOwnerCanReadIt) {
  const std::string path = testing::TempDir() + "/receipt.json";
  const v1::SavedReceipt course = FakeHub().Course();
  ASSERT_TRUE(SaveReceipt(course, path).ok());
  const auto loaded = LoadReceipt(path);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*loaded, course));
  struct stat facts;
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST(SavedReceiptTest, AFileThatIsNoReceiptIsRefusedByName) {
  const std::string path = testing::TempDir() + "/other.json";
  for (const char* text : {"", "{", "[]", "{\"complet\": {}}"}) {
    ASSERT_TRUE(WriteFileAtomically(path, text, 0600, Durability::kUnsynced).ok());
    const auto loaded = LoadReceipt(path);
    EXPECT_EQ(loaded.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(loaded.status().message().find(path), std::string::npos);
  }
  EXPECT_EQ(LoadReceipt(path + ".absent").status().code(), absl::StatusCode::kNotFound);
}

TEST(SavedReceiptTest, OnlyReleasedImagesAreSavedAndNoOwnerNameLeavesTheFolder) {
  v1::SavedReceipt course = FakeHub().Course();
  v1::Record& record =
      *course.mutable_results(1)->mutable_answer()->mutable_answer()->mutable_records(0);
  v1::Field& image = *record.add_fields();
  image.set_name("image");
  image.set_salt(std::string(32, 's'));
  image.set_value("\xff\xd8\xff\xe0 jpeg");
  *course.add_results() = course.results(1);
  course.mutable_results(2)->set_owner("../../etc/passwd");
  const std::string folder = testing::TempDir() + "/images";
  EXPECT_EQ(*SaveImages(course, folder), 1);
  EXPECT_EQ(*ReadFile(folder + "/slmpd-1.jpg", 100), image.value());
}

}  // namespace
}  // namespace fusionhub::hubctl
