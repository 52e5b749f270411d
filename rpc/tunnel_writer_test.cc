#include "rpc/tunnel_writer.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/status_matchers.h"

namespace fusionhub::rpc {
namespace {

using ::testing::_;
using ::testing::HasSubstr;

constexpr auto kAnswer = v1::CHUNK_KIND_ANSWER;

class TunnelWriterTest : public ::testing::Test {
 protected:
  void Open(TunnelWriter& writer, uint32_t window = kDefaultTunnelWindowBytes) {
    FUSIONHUB_ASSERT_OK(writer.SetWindow(window));
  }
  // The message numbers of the chunks that can be sent, in order.
  std::vector<uint64_t> Drain(TunnelWriter& writer) {
    std::vector<uint64_t> ids;
    while (const auto chunk = writer.Next()) {
      ids.push_back(chunk->message_id());
      sent_ += chunk->data().size();
    }
    return ids;
  }
  size_t sent_ = 0;
};

TEST_F(TunnelWriterTest, CutsAMessageIntoNumberedChunks) {
  TunnelWriter writer;
  Open(writer);
  std::string text(150000, 'a');
  text.back() = 'z';
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, text));
  std::string joined;
  for (uint32_t n = 0; n < 3; ++n) {
    const auto chunk = writer.Next();
    ASSERT_TRUE(chunk);
    EXPECT_EQ(chunk->message_id(), 1u);
    EXPECT_EQ(chunk->kind(), kAnswer);
    EXPECT_EQ(chunk->sequence(), n);
    EXPECT_EQ(chunk->last(), n == 2);
    EXPECT_LE(chunk->data().size(), kMaxChunkBytes);
    joined += chunk->data();
  }
  EXPECT_EQ(joined, text);
  EXPECT_FALSE(writer.Next());
  EXPECT_EQ(writer.pending_bytes(), 0u);
  EXPECT_EQ(writer.pending_messages(), 0u);
}

TEST_F(TunnelWriterTest, SendsNothingBeforeTheWindowIsKnown) {
  TunnelWriter writer;
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "x"));
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(100000, 'x')));
  EXPECT_FALSE(writer.Next());
  Open(writer);
  EXPECT_TRUE(writer.Next());
}

TEST_F(TunnelWriterTest, LargeMessagesTakeTurns) {
  TunnelWriter writer;
  Open(writer);
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(3 * kMaxChunkBytes, 'a')));
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(2 * kMaxChunkBytes, 'b')));
  EXPECT_EQ(Drain(writer), (std::vector<uint64_t>{1, 2, 1, 2, 1}));
}

TEST_F(TunnelWriterTest, ASmallMessageOvertakesALargeOne) {
  TunnelWriter writer;
  Open(writer);
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(kMaxTunnelMessageBytes, 'a')));
  ASSERT_TRUE(writer.Next());
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "small"));
  const auto next = writer.Next();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->data(), "small");
}

TEST_F(TunnelWriterTest, ManySmallMessagesDoNotStarveALargeOne) {
  TunnelWriter writer;
  Open(writer);
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(2 * kMaxChunkBytes, 'a')));
  for (int i = 0; i < 20; ++i) FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "s"));
  size_t large = 0;
  for (int i = 0; i < 4; ++i) large += writer.Next()->data().size() > 1 ? 1 : 0;
  EXPECT_EQ(large, 2u);
}

TEST_F(TunnelWriterTest, SmallMessagesDoNotEatUpTheCreditOfALargeOneForEver) {
  TunnelWriter writer;
  Open(writer, kMinTunnelWindowBytes);
  for (int i = 0; i < 2; ++i) {
    FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(kMaxTunnelMessageBytes, 'a')));
  }
  Drain(writer);
  int rounds = 0;
  for (bool large = false; !large; ++rounds) {
    ASSERT_LT(rounds, 10);
    for (int i = 0; i < 50; ++i) FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(9999, 's')));
    uint32_t small_bytes = 0;
    while (const auto chunk = writer.Next()) {
      large = large || chunk->data().size() > 9999;
      small_bytes += large ? 0 : chunk->data().size();
    }
    FUSIONHUB_ASSERT_OK(writer.AddCredit(small_bytes));
    FUSIONHUB_ASSERT_OK(writer.AddCredit(rounds == 3 ? kMaxTunnelMessageBytes : 0));
  }
}

TEST_F(TunnelWriterTest, StopsAtTheCreditAndGoesOnWithMore) {
  TunnelWriter writer;
  Open(writer, kMinTunnelWindowBytes);
  for (int i = 0; i < 3; ++i) {
    FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(kMaxTunnelMessageBytes, 'a')));
  }
  Drain(writer);
  EXPECT_GE(sent_, kMaxTunnelMessageBytes);
  EXPECT_LE(sent_, kMinTunnelWindowBytes);
  FUSIONHUB_ASSERT_OK(writer.AddCredit(kMaxTunnelMessageBytes));
  Drain(writer);
  EXPECT_GE(sent_, 2 * kMaxTunnelMessageBytes);
  EXPECT_LE(sent_, kMinTunnelWindowBytes + kMaxTunnelMessageBytes);
  FUSIONHUB_ASSERT_OK(writer.AddCredit(kMaxTunnelMessageBytes));
  Drain(writer);
  EXPECT_EQ(sent_, 3 * kMaxTunnelMessageBytes);
}

TEST_F(TunnelWriterTest, KeepsRoomForSmallMessagesBesideLargeOnes) {
  TunnelWriter writer;
  Open(writer);
  for (int i = 0; i < 10; ++i) {
    FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(kMaxTunnelMessageBytes, 'a')));
  }
  Drain(writer);
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, std::string(kMaxChunkBytes, 's')));
  EXPECT_EQ(Drain(writer).size(), 1u);
}

TEST_F(TunnelWriterTest, RefusesWhatCannotBeSent) {
  TunnelWriter writer;
  EXPECT_THAT(writer.Add(kAnswer, ""), StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(writer.Add(v1::CHUNK_KIND_UNSPECIFIED, "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
  EXPECT_THAT(writer.Add(kAnswer, std::string(kMaxTunnelMessageBytes + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bytes")));
}

TEST_F(TunnelWriterTest, FailsOnlyTheMessageThatIsTooMuch) {
  TunnelWriter writer({.max_pending_messages = 2, .max_pending_bytes = 100});
  EXPECT_THAT(writer.Add(kAnswer, std::string(101, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "a"));
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "b"));
  EXPECT_THAT(writer.Add(kAnswer, "c"), StatusIs(absl::StatusCode::kResourceExhausted, _));
  Open(writer);
  EXPECT_EQ(Drain(writer).size(), 2u);
  FUSIONHUB_EXPECT_OK(writer.Add(kAnswer, "c"));
}

TEST_F(TunnelWriterTest, TakesBackOnlyWhatHasNotBeenSent) {
  TunnelWriter writer;
  const auto small = writer.Add(kAnswer, "small");
  const auto large = writer.Add(kAnswer, std::string(200000, 'x'));
  const auto begun = writer.Add(kAnswer, std::string(200000, 'y'));
  EXPECT_TRUE(writer.Withdraw(*small));
  EXPECT_TRUE(writer.Withdraw(*large));
  EXPECT_FALSE(writer.Withdraw(*large));
  Open(writer);
  ASSERT_TRUE(writer.Next());
  EXPECT_FALSE(writer.Withdraw(*begun));
  const auto opened = writer.Add(kAnswer, std::string(200000, 'z'));
  ASSERT_TRUE(writer.Next());  // opens it, but it is not its turn
  EXPECT_TRUE(writer.Withdraw(*opened));
  EXPECT_EQ(Drain(writer), (std::vector<uint64_t>{1, 1}));
  EXPECT_EQ(writer.pending_bytes(), 0u);
}

TEST_F(TunnelWriterTest, RefusesWindowsThatBreakTheProtocol) {
  TunnelWriter writer;
  EXPECT_FALSE(writer.SetWindow(0).ok());
  EXPECT_FALSE(writer.SetWindow(kMinTunnelWindowBytes - 1).ok());
  EXPECT_FALSE(writer.SetWindow(kMaxTunnelWindowBytes + 1).ok());
  FUSIONHUB_EXPECT_OK(writer.SetWindow(kMinTunnelWindowBytes));
  EXPECT_FALSE(writer.SetWindow(kMinTunnelWindowBytes).ok());
}

TEST_F(TunnelWriterTest, RefusesCreditForMoreThanWasSent) {
  TunnelWriter writer;
  EXPECT_FALSE(writer.AddCredit(1).ok());
  Open(writer);
  EXPECT_FALSE(writer.AddCredit(1).ok());
  FUSIONHUB_ASSERT_OK(writer.Add(kAnswer, "abc"));
  ASSERT_TRUE(writer.Next());
  EXPECT_FALSE(writer.AddCredit(4).ok());
  EXPECT_FALSE(writer.AddCredit(0xFFFFFFFF).ok());
  FUSIONHUB_EXPECT_OK(writer.AddCredit(3));
}

}  // namespace
}  // namespace fusionhub::rpc
