// Which node is connected, and which connection of it counts.
#include "broker/node_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "broker/test_course.h"

namespace fusionhub::broker {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<TestNode> Node(const std::string& agency) {
  return std::make_shared<TestNode>(agency, std::vector<std::string>{"plate_reads"});
}

TEST(NodeRegistryTest, FindsANodeOfTheAgencyThatOffersTheData) {
  NodeRegistry nodes;
  EXPECT_EQ(nodes.Find("slmpd", "plate_reads"), nullptr);
  const auto node = Node("slmpd");
  EXPECT_EQ(nodes.Attach(node), nullptr);
  EXPECT_EQ(nodes.Find("slmpd", "plate_reads"), node);
  EXPECT_EQ(nodes.Find("slmpd", "mugshots"), nullptr);
  // Not one whose name begins alike.
  EXPECT_EQ(nodes.Find("slmp", "plate_reads"), nullptr);
  EXPECT_EQ(nodes.Find("slmpd2", "plate_reads"), nullptr);
  EXPECT_EQ(nodes.Find("", "plate_reads"), nullptr);
}

TEST(NodeRegistryTest, ANewConnectionSupersedesTheOld) {
  NodeRegistry nodes;
  const auto first = Node("slmpd");
  const auto second = Node("slmpd");
  nodes.Attach(first);
  EXPECT_EQ(nodes.Attach(second), first);
  EXPECT_EQ(nodes.Find("slmpd", "plate_reads"), second);
  // The old one's end does not take the new one away.
  EXPECT_FALSE(nodes.Detach(first.get()));
  EXPECT_EQ(nodes.Find("slmpd", "plate_reads"), second);
  EXPECT_TRUE(nodes.Detach(second.get()));
  EXPECT_FALSE(nodes.Detach(second.get()));
  EXPECT_THAT(nodes.All(), IsEmpty());
}

TEST(NodeRegistryTest, NodesOfSeveralAgenciesStandSideBySide) {
  NodeRegistry nodes;
  const auto city = Node("slmpd");
  const auto county = Node("st_louis_county_pd");
  nodes.Attach(city);
  EXPECT_EQ(nodes.Attach(county), nullptr);
  EXPECT_THAT(nodes.All(), SizeIs(2));
  EXPECT_EQ(nodes.Find("st_louis_county_pd", "plate_reads"), county);
}

}  // namespace
}  // namespace fusionhub::broker
