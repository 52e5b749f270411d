#include "audit/sealed_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "audit/commitment.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

const Payload kPayload = {{"operator", "badge 1234"}, {"plate", "AB123"}, {"empty", ""}};
constexpr char kEntryId[] = "0123456789abcdef";

TEST(SealedPayloadTest, APayloadIsWrittenAndReadBack) {
  const auto bytes = EncodePayload(kPayload);
  FUSIONHUB_ASSERT_OK(bytes);
  EXPECT_EQ(bytes->size(), 512u);
  const auto decoded = DecodePayload(*bytes);
  FUSIONHUB_ASSERT_OK(decoded);
  ASSERT_EQ(decoded->size(), 3u);
  EXPECT_EQ((*decoded)[1].name, "plate");
  EXPECT_EQ(PayloadValue(*decoded, "plate").value(), "AB123");
  EXPECT_TRUE(absl::IsNotFound(PayloadValue(*decoded, "case").status()));
}

TEST(SealedPayloadTest, SizesAreBuckets) {
  EXPECT_EQ(EncodePayload({}).value().size(), 512u);
  EXPECT_EQ(EncodePayload({{"image", std::string(600, 'x')}}).value().size(), 1024u);
  EXPECT_EQ(EncodePayload({{"image", std::string(4 << 20, 'x')}}).value().size(), 8u << 20);
}

TEST(SealedPayloadTest, BadPayloadsAreRefused) {
  EXPECT_FALSE(EncodePayload({{"a", "1"}, {"a", "2"}}).ok());
  EXPECT_FALSE(EncodePayload({{"", "1"}}).ok());
  EXPECT_FALSE(EncodePayload({{"Name", "1"}}).ok());
  EXPECT_FALSE(EncodePayload({{std::string(65, 'a'), "1"}}).ok());
  EXPECT_FALSE(EncodePayload({{"image", std::string(kMaxPayloadSize + 1, 'x')}}).ok());
  Payload many;
  for (int i = 0; i < 257; ++i) many.push_back({"f" + std::to_string(i), ""});
  EXPECT_FALSE(EncodePayload(many).ok());
}

TEST(SealedPayloadTest, EverySecondSpellingIsRefused) {
  const std::string bytes = EncodePayload(kPayload).value();
  EXPECT_FALSE(DecodePayload(bytes.substr(0, 100)).ok());
  EXPECT_FALSE(DecodePayload(bytes + std::string(512, '\0')).ok());
  std::string padded = bytes;
  padded.back() = 1;
  EXPECT_FALSE(DecodePayload(padded).ok());
  EXPECT_FALSE(DecodePayload("").ok());
}

class SealTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string path = ::testing::TempDir() + "/seal_test_kek";
    std::filesystem::remove_all(path);
    keks_ = KekFolder::Open(path, random_).value();
    dek_ = random_.Bytes(32);
  }
  SeededRandom random_{1};
  std::unique_ptr<KekFolder> keks_;
  std::string dek_;
  const absl::Time time_ = absl::FromCivil(absl::CivilHour(2026, 3, 2, 14), absl::UTCTimeZone());
};

TEST_F(SealTest, OpensWithItsKeyAndEntryOnly) {
  const std::string sealed = SealPayload(kPayload, dek_, kEntryId, random_).value();
  EXPECT_EQ(sealed.find("AB123"), std::string::npos);
  FUSIONHUB_EXPECT_OK(OpenPayload(sealed, dek_, kEntryId));
  EXPECT_FALSE(OpenPayload(sealed, random_.Bytes(32), kEntryId).ok());
  EXPECT_FALSE(OpenPayload(sealed, dek_, "another entry id").ok());
  for (size_t i = 0; i < sealed.size(); i += 7) {
    std::string bad = sealed;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    EXPECT_FALSE(OpenPayload(bad, dek_, kEntryId).ok()) << i;
  }
}

TEST_F(SealTest, ADataKeyIsUnwrappedUntilItsDaysKeyIsDestroyed) {
  const std::string wrap = WrapDek(dek_, kEntryId, time_, *keks_, random_).value();
  EXPECT_EQ(wrap.find(dek_), std::string::npos);
  EXPECT_EQ(UnwrapDek(wrap, kEntryId, *keks_).value(), dek_);
  EXPECT_FALSE(UnwrapDek(wrap, "another entry id", *keks_).ok());
  FUSIONHUB_ASSERT_OK(keks_->Destroy(KekFolder::DayOf(time_)));
  EXPECT_THAT(UnwrapDek(wrap, kEntryId, *keks_),
              StatusIs(absl::StatusCode::kNotFound, ::testing::HasSubstr("shredded")));
}

TEST_F(SealTest, AnotherDaysWrapDoesNotPassAsTodays) {
  std::string wrap = WrapDek(dek_, kEntryId, time_, *keks_, random_).value();
  FUSIONHUB_ASSERT_OK(keks_->KeyForSealing(absl::CivilDay(2026, 3, 3)));
  wrap[9] = '3';
  EXPECT_EQ(UnwrapDek(wrap, kEntryId, *keks_).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(UnwrapDek("", kEntryId, *keks_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(SealTest, OneFieldOpensWithoutTheOthers) {
  const PayloadSecrets secrets(dek_);
  const Digest root = FieldsRoot(secrets, kPayload);
  auto opening = OpenField(kPayload, secrets, "plate");
  FUSIONHUB_ASSERT_OK(opening);
  EXPECT_EQ(opening->value, "AB123");
  EXPECT_EQ(opening->leaves, 8u);
  FUSIONHUB_EXPECT_OK(CheckFieldOpening(*opening, root));
  FieldOpening wrong = *opening;
  wrong.value = "AB124";
  EXPECT_FALSE(CheckFieldOpening(wrong, root).ok());
  wrong = *opening;
  wrong.name = "plates";
  EXPECT_FALSE(CheckFieldOpening(wrong, root).ok());
  wrong = *opening;
  wrong.position = 0;
  EXPECT_FALSE(CheckFieldOpening(wrong, root).ok());
  wrong = *opening;
  wrong.salt.clear();
  EXPECT_FALSE(CheckFieldOpening(wrong, root).ok());
  EXPECT_TRUE(absl::IsNotFound(OpenField(kPayload, secrets, "case").status()));
}

TEST_F(SealTest, EqualPayloadsHaveUnlinkableCommitments) {
  const PayloadSecrets a(dek_);
  const PayloadSecrets b(random_.Bytes(32));
  EXPECT_NE(FieldsRoot(a, kPayload), FieldsRoot(b, kPayload));
  EXPECT_NE(a.FieldSalt(0), a.FieldSalt(1));
  EXPECT_NE(a.LeafSalt(kQueryCommitment), a.LeafSalt(kAnswerCommitment));
  EXPECT_EQ(a.FieldCommitments(kPayload).size(), 8u);
  Payload nine;
  for (int i = 0; i < 9; ++i) nine.push_back({"f" + std::to_string(i), "x"});
  EXPECT_EQ(a.FieldCommitments(nine).size(), 16u);
}

}  // namespace
}  // namespace fusionhub::audit
