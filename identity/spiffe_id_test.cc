// Tests of SPIFFE id parsing and judging.
#include "identity/spiffe_id.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "identity/reasons.h"
#include "query/error_detail.h"

namespace fusionhub::identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::string_view kNode = "spiffe://stl/agency/slmpd/node/node-1";

TEST(SpiffeIdTest, ReadsEveryRole) {
  EXPECT_EQ(*ParseSpiffeId(kNode), (PeerIdentity{"stl", "slmpd", PeerRole::kNode, "node-1"}));
  EXPECT_EQ(ParseSpiffeId("spiffe://stl/agency/slmpd/client/ann")->role, PeerRole::kClient);
  EXPECT_EQ(ParseSpiffeId("spiffe://stl/agency/hub/hub/broker")->role, PeerRole::kHub);
}

TEST(SpiffeIdTest, WritesWhatItRead) {
  for (absl::string_view role : {"node", "client", "hub"}) {
    const std::string uri = absl::StrCat("spiffe://stl/agency/st_charles_pd/", role, "/a_1-b");
    EXPECT_EQ(ToString(*ParseSpiffeId(uri)), uri);
  }
}

TEST(SpiffeIdTest, RefusesEverythingElse) {
  for (absl::string_view uri : {
           "",
           "spiffe://",
           "https://stl/agency/slmpd/node/node-1",
           "SPIFFE://stl/agency/slmpd/node/node-1",
           "spiffe://stl/agency/slmpd/node",
           "spiffe://stl/agency/slmpd/node/",
           "spiffe://stl/agency/slmpd/node/node-1/",
           "spiffe://stl/agency/slmpd/node/node-1/more",
           "spiffe://stl/agency/slmpd//node-1",
           "spiffe://stl/agency//node/node-1",
           "spiffe:///agency/slmpd/node/node-1",
           "spiffe://stl/agencies/slmpd/node/node-1",
           "spiffe://stl/agency/slmpd/admin/node-1",
           "spiffe://stl/agency/slmpd/Node/node-1",
           "spiffe://stl/agency/SLMPD/node/node-1",
           "spiffe://stl/agency/sl%6dpd/node/node-1",
           "spiffe://stl/agency/slmpd/node/node-1?x=1",
           "spiffe://stl/agency/slmpd/node/node-1#x",
           "spiffe://stl:443/agency/slmpd/node/node-1",
           "spiffe://user@stl/agency/slmpd/node/node-1",
           "spiffe://stl/agency/../node/node-1",
           " spiffe://stl/agency/slmpd/node/node-1",
           "spiffe://stl/agency/slmpd/node/node-1\n",
           "spiffe://stl/agency/slmpd/node/n\xC3\xB6",
       }) {
    EXPECT_THAT(ParseSpiffeId(uri), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("form")))
        << uri;
  }
}

TEST(SpiffeIdTest, RefusesEmbeddedZeroByte) {
  const std::string uri = std::string(kNode) + std::string("\0x", 2);
  EXPECT_THAT(ParseSpiffeId(uri), Not(IsOk()));
}

TEST(SpiffeIdTest, BoundsTheLengthOfNames) {
  EXPECT_THAT(ParseSpiffeId(absl::StrCat("spiffe://stl/agency/slmpd/node/", std::string(64, 'a'))),
              IsOk());
  EXPECT_THAT(ParseSpiffeId(absl::StrCat("spiffe://stl/agency/slmpd/node/", std::string(65, 'a'))),
              Not(IsOk()));
}

TEST(JudgePeerTest, AcceptsTheRoleAskedFor) {
  const auto peer = JudgePeer({std::string(kNode)}, "stl", {PeerRole::kClient, PeerRole::kNode});
  FUSIONHUB_ASSERT_OK(peer);
  EXPECT_EQ(peer->agency, "slmpd");
}

TEST(JudgePeerTest, RefusesNoNameAndTwoNames) {
  const std::string uri(kNode);
  for (const std::vector<std::string>& uris : {std::vector<std::string>{}, {uri, uri}}) {
    const auto peer = JudgePeer(uris, "stl", {PeerRole::kNode});
    EXPECT_THAT(peer, StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("exactly one")));
    EXPECT_EQ(query::ReasonOf(peer.status()), kPeerNotNamed);
  }
}

TEST(JudgePeerTest, RefusesAMalformedName) {
  const auto peer = JudgePeer({"spiffe://stl/agency/slmpd"}, "stl", {PeerRole::kNode});
  EXPECT_EQ(query::ReasonOf(peer.status()), kPeerNotNamed);
}

TEST(JudgePeerTest, RefusesAnotherRegion) {
  const auto peer = JudgePeer({std::string(kNode)}, "kc", {PeerRole::kNode});
  EXPECT_THAT(peer, StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("'stl'")));
  EXPECT_EQ(query::ReasonOf(peer.status()), kPeerOtherRegion);
}

TEST(JudgePeerTest, RefusesAnotherRole) {
  const auto peer = JudgePeer({std::string(kNode)}, "stl", {PeerRole::kClient, PeerRole::kHub});
  EXPECT_THAT(peer, StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("client, hub")));
  EXPECT_EQ(query::ReasonOf(peer.status()), kPeerOtherRole);
}

TEST(JudgePeerTest, RefusesEverybodyWhenNoRoleIsAllowed) {
  EXPECT_THAT(JudgePeer({std::string(kNode)}, "stl", {}), Not(IsOk()));
}

}  // namespace
}  // namespace fusionhub::identity
