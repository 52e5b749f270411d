#include "audit/byte_codec.h"

#include <gtest/gtest.h>

namespace fusionhub::audit {
namespace {

TEST(ByteCodecTest, WhatIsWrittenIsRead) {
  ByteWriter writer;
  writer.U8(1).U16(0x0203).U32(0x04050607).U64(0x08090a0b0c0d0e0f).String8("ab").String32("cde");
  ByteReader reader(writer.bytes());
  EXPECT_EQ(reader.U8(), 1);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U32(), 0x04050607u);
  EXPECT_EQ(reader.U64(), 0x08090a0b0c0d0e0fu);
  EXPECT_EQ(reader.String8(), "ab");
  EXPECT_EQ(reader.String32(), "cde");
  EXPECT_TRUE(reader.AtEnd());
}

TEST(ByteCodecTest, NumbersAreBigEndian) {
  EXPECT_EQ(ByteWriter().U16(0x0102).bytes(), "\x01\x02");
  EXPECT_EQ(BigEndian64(1), std::string("\0\0\0\0\0\0\0\x01", 8));
}

TEST(ByteCodecTest, NothingIsReadPastTheEnd) {
  ByteReader reader(
      "\x05"
      "abc");
  EXPECT_EQ(reader.String8(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0);
  EXPECT_FALSE(reader.AtEnd());
}

}  // namespace
}  // namespace fusionhub::audit
