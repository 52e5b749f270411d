// Properties of writer and assembler together, over random traffic: nothing is lost, changed, stuck
// or beyond its bound, and random chunks from a bad peer do no harm.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "rpc/tunnel_assembler.h"
#include "rpc/tunnel_outbox.h"
#include "rpc/tunnel_writer.h"

namespace fusionhub::rpc {
namespace {

using Rng = std::mt19937_64;

size_t Pick(Rng& rng, size_t least, size_t most) {
  return std::uniform_int_distribution<size_t>(least, most)(rng);
}

// Sizes as they occur: mostly small, some at the edges, some as large as can be.
size_t PickSize(Rng& rng) {
  switch (Pick(rng, 0, 9)) {
    case 0:
      return kMaxTunnelMessageBytes;
    case 1:
      return kMaxChunkBytes + Pick(rng, 0, 2) - 1;
    case 2:
      return Pick(rng, kMaxChunkBytes, kMaxTunnelMessageBytes);
    default:
      return Pick(rng, 1, 2000);
  }
}

// One direction of a tunnel with a slow link and slow credit.
class Link {
 public:
  Link(Rng& rng, uint32_t window) : rng_(rng), assembler_({.window_bytes = window}) {
    FUSIONHUB_EXPECT_OK(outbox_.writer().SetWindow(window));
  }

  void Send() {
    const size_t size = PickSize(rng_);
    std::string text(size, static_cast<char>('a' + Pick(rng_, 0, 25)));
    text[size / 2] = static_cast<char>(Pick(rng_, 0, 255));
    if (outbox_.writer().Add(v1::CHUNK_KIND_ANSWER, text).ok()) ++expected_[text];
  }
  bool Transmit() {
    auto frame = outbox_.Next();
    if (!frame) return false;
    on_wire_.push_back(std::move(*frame->mutable_chunk()));
    return true;
  }
  bool Receive() {
    if (on_wire_.empty()) return false;
    auto message = assembler_.Add(std::move(on_wire_.front()));
    on_wire_.pop_front();
    EXPECT_TRUE(message.ok()) << message.status();
    EXPECT_LE(assembler_.buffered_bytes(), assembler_.window_bytes());
    if (!message.ok() || !message->has_value()) return true;
    const auto found = expected_.find((*message)->bytes);
    EXPECT_NE(found, expected_.end());
    if (found != expected_.end() && --found->second == 0) expected_.erase(found);
    return true;
  }
  bool GiveCredit() {
    const uint32_t credit = assembler_.TakeCredit();
    FUSIONHUB_EXPECT_OK(outbox_.writer().AddCredit(credit));
    return credit > 0;
  }
  void Drain() {
    while (Transmit() || Receive() || GiveCredit()) {
    }
  }
  bool AllArrived() const { return expected_.empty() && outbox_.writer().pending_bytes() == 0; }

 private:
  Rng& rng_;
  TunnelOutbox<v1::ConnectRequest> outbox_{{}, 16};
  TunnelAssembler assembler_;
  std::deque<v1::Chunk> on_wire_;
  std::map<std::string, int> expected_;
};

TEST(TunnelFlowTest, EverythingArrivesWhateverTheOrderOfEvents) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    Rng rng(seed);
    const uint32_t window = Pick(rng, 0, 1) ? kMinTunnelWindowBytes : 2 * kMinTunnelWindowBytes;
    Link link(rng, window);
    for (int step = 0; step < 400; ++step) {
      switch (Pick(rng, 0, 7)) {
        case 0:
          link.Send();
          break;
        case 1:
          link.GiveCredit();
          break;
        case 2:
        case 3:
          link.Receive();
          break;
        default:
          link.Transmit();
      }
    }
    link.Drain();
    EXPECT_TRUE(link.AllArrived()) << "seed " << seed;
  }
}

TEST(TunnelFlowTest, RandomChunksEndInAnErrorAndWithinBounds) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    Rng rng(seed);
    TunnelAssembler assembler({.window_bytes = 1000, .max_message_bytes = 300});
    for (int step = 0; step < 50; ++step) {
      v1::Chunk chunk;
      chunk.set_message_id(Pick(rng, 0, 4));
      chunk.set_kind(static_cast<v1::ChunkKind>(Pick(rng, 0, 4)));
      chunk.set_sequence(static_cast<uint32_t>(Pick(rng, 0, 2)));
      chunk.set_data(std::string(Pick(rng, 0, 200), 'x'));
      chunk.set_last(Pick(rng, 0, 1) == 0);
      const auto result = assembler.Add(std::move(chunk));
      ASSERT_LE(assembler.buffered_bytes(), 1000u);
      if (!result.ok()) {
        EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
        break;
      }
      if (Pick(rng, 0, 1)) assembler.TakeCredit();
    }
  }
}

TEST(TunnelFlowTest, ControlFramesAndCreditGoBeforeChunks) {
  TunnelOutbox<v1::ConnectResponse> outbox({}, 2);
  FUSIONHUB_ASSERT_OK(outbox.writer().SetWindow(kDefaultTunnelWindowBytes));
  FUSIONHUB_ASSERT_OK(outbox.writer().Add(v1::CHUNK_KIND_WORK_ORDER, "order").status());
  outbox.AddCreditOwed(3);
  outbox.AddCreditOwed(4);
  v1::ConnectResponse cancel;
  cancel.mutable_cancel()->set_query_id("q");
  FUSIONHUB_ASSERT_OK(outbox.AddControl(cancel));
  FUSIONHUB_ASSERT_OK(outbox.AddControl(cancel));
  EXPECT_THAT(outbox.AddControl(cancel),
              StatusIs(absl::StatusCode::kResourceExhausted, ::testing::_));
  EXPECT_TRUE(outbox.Next()->has_cancel());
  EXPECT_TRUE(outbox.Next()->has_cancel());
  EXPECT_EQ(outbox.Next()->credit().bytes(), 7u);
  EXPECT_TRUE(outbox.Next()->has_chunk());
  EXPECT_FALSE(outbox.Next());
}

}  // namespace
}  // namespace fusionhub::rpc
