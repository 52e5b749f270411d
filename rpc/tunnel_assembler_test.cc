#include "rpc/tunnel_assembler.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "base/status_matchers.h"

namespace fusionhub::rpc {
namespace {

using ::testing::HasSubstr;

v1::Chunk MakeChunk(uint64_t id, uint32_t sequence, std::string data, bool last,
                    v1::ChunkKind kind = v1::CHUNK_KIND_ANSWER) {
  v1::Chunk chunk;
  chunk.set_message_id(id);
  chunk.set_kind(kind);
  chunk.set_sequence(sequence);
  chunk.set_data(std::move(data));
  chunk.set_last(last);
  return chunk;
}

#define EXPECT_PROTOCOL_ERROR(expr, text) \
  EXPECT_THAT(expr, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)))

TEST(TunnelAssemblerTest, JoinsInterleavedMessages) {
  TunnelAssembler assembler;
  EXPECT_FALSE(assembler.Add(MakeChunk(1, 0, "a", false))->has_value());
  EXPECT_FALSE(
      assembler.Add(MakeChunk(2, 0, "x", false, v1::CHUNK_KIND_HOTLIST_SHARE))->has_value());
  EXPECT_EQ(assembler.buffered_bytes(), 2u);
  const auto first = assembler.Add(MakeChunk(1, 1, "b", true));
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->bytes, "ab");
  EXPECT_EQ((*first)->kind, v1::CHUNK_KIND_ANSWER);
  const auto second = assembler.Add(MakeChunk(2, 1, "y", true, v1::CHUNK_KIND_HOTLIST_SHARE));
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_EQ((*second)->bytes, "xy");
  EXPECT_EQ(assembler.buffered_bytes(), 0u);
}

TEST(TunnelAssemblerTest, GivesCreditForCompleteMessagesOnce) {
  TunnelAssembler assembler;
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "abc", false)).ok());
  EXPECT_EQ(assembler.TakeCredit(), 0u);
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 1, "de", true)).ok());
  EXPECT_EQ(assembler.TakeCredit(), 5u);
  EXPECT_EQ(assembler.TakeCredit(), 0u);
}

TEST(TunnelAssemblerTest, RefusesEmptyLargeAndUnknownChunks) {
  EXPECT_PROTOCOL_ERROR(TunnelAssembler().Add(MakeChunk(1, 0, "", true)), "empty");
  EXPECT_PROTOCOL_ERROR(
      TunnelAssembler().Add(MakeChunk(1, 0, std::string(kMaxChunkBytes + 1, 'x'), true)),
      "too large");
  EXPECT_PROTOCOL_ERROR(
      TunnelAssembler().Add(MakeChunk(1, 0, "x", true, v1::CHUNK_KIND_UNSPECIFIED)), "kind");
  EXPECT_PROTOCOL_ERROR(
      TunnelAssembler().Add(MakeChunk(1, 0, "x", true, static_cast<v1::ChunkKind>(77))), "kind");
}

TEST(TunnelAssemblerTest, RefusesNumbersUsedTwice) {
  TunnelAssembler assembler;
  EXPECT_PROTOCOL_ERROR(TunnelAssembler().Add(MakeChunk(0, 0, "x", true)), "twice");
  ASSERT_TRUE(assembler.Add(MakeChunk(5, 0, "x", true)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(5, 0, "x", true)), "twice");
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(4, 0, "x", true)), "twice");
}

TEST(TunnelAssemblerTest, RefusesChunksOutOfSequence) {
  EXPECT_PROTOCOL_ERROR(TunnelAssembler().Add(MakeChunk(1, 1, "x", false)), "sequence");
  TunnelAssembler assembler;
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "x", false)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(1, 0, "x", false)), "sequence");
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(1, 2, "x", false)), "sequence");
}

TEST(TunnelAssemblerTest, RefusesAMessageThatChangesItsKind) {
  TunnelAssembler assembler;
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "x", false)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(1, 1, "x", true, v1::CHUNK_KIND_HOTLIST_SHARE)),
                        "kind");
}

TEST(TunnelAssemblerTest, BoundsOneMessage) {
  TunnelAssembler assembler({.max_message_bytes = 5});
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "abc", false)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(1, 1, "def", true)), "too large");
}

TEST(TunnelAssemblerTest, BoundsAllMessagesByTheWindow) {
  TunnelAssembler assembler({.window_bytes = 10});
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "12345", false)).ok());
  ASSERT_TRUE(assembler.Add(MakeChunk(2, 0, "12345", true)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(3, 0, "1", true)), "window");
  EXPECT_EQ(assembler.TakeCredit(), 5u);
  EXPECT_TRUE(assembler.Add(MakeChunk(3, 0, "1", true)).ok());
}

TEST(TunnelAssemblerTest, BoundsTheNumberOfIncompleteMessages) {
  TunnelAssembler assembler({.max_open_messages = 2});
  ASSERT_TRUE(assembler.Add(MakeChunk(1, 0, "x", false)).ok());
  ASSERT_TRUE(assembler.Add(MakeChunk(2, 0, "x", false)).ok());
  EXPECT_PROTOCOL_ERROR(assembler.Add(MakeChunk(3, 0, "x", true)), "too many");
}

}  // namespace
}  // namespace fusionhub::rpc
