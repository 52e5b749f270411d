// Tests the exposition text and the endpoint that serves it on loopback only.
#include "base/metrics.h"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"

namespace fusionhub {
namespace {

using ::testing::HasSubstr;

std::string Fetch(const std::string& url) {
  std::string body;
  CURL* const curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t count, std::string* to) {
        to->append(data, size * count);
        return size * count;
      });
  EXPECT_EQ(curl_easy_perform(curl), CURLE_OK) << url;
  curl_easy_cleanup(curl);
  return body;
}

TEST(MetricsTest, TextShowsEveryKind) {
  Metrics metrics;
  metrics.Counters("fusionhub_queries_total", "Queries.").Add({{"outcome", "permit"}}).Increment(3);
  metrics.Gauges("fusionhub_nodes", "Nodes.").Add({}).Set(2);
  metrics.Histograms("fusionhub_wait_seconds", "Wait.")
      .Add({}, Metrics::LatencyBuckets())
      .Observe(0.2);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# HELP fusionhub_queries_total Queries."));
  EXPECT_THAT(text, HasSubstr("fusionhub_queries_total{outcome=\"permit\"} 3"));
  EXPECT_THAT(text, HasSubstr("fusionhub_nodes 2"));
  EXPECT_THAT(text, HasSubstr("fusionhub_wait_seconds_bucket{le=\"0.1\"} 0"));
  EXPECT_THAT(text, HasSubstr("fusionhub_wait_seconds_bucket{le=\"0.25\"} 1"));
}

TEST(MetricsTest, LatencyBucketsGrowFromHalfAMillisecondToHalfAMinute) {
  const prometheus::Histogram::BucketBoundaries buckets = Metrics::LatencyBuckets();
  EXPECT_EQ(buckets.front(), 0.0005);
  EXPECT_EQ(buckets.back(), 30);
  EXPECT_TRUE(std::is_sorted(buckets.begin(), buckets.end()));
}

TEST(MetricsTest, AnInvalidNameIsOurBugAndAborts) {
  Metrics metrics;
  EXPECT_DEATH(metrics.Counters("not a name", "h"), "metric_invalid");
}

TEST(MetricsEndpointTest, ServesTheText) {
  Metrics metrics;
  metrics.Gauges("fusionhub_nodes", "Nodes.").Add({}).Set(2);
  const auto endpoint = MetricsEndpoint::Start("127.0.0.1:0", metrics);
  FUSIONHUB_ASSERT_OK(endpoint);
  EXPECT_GT((*endpoint)->port(), 0);
  EXPECT_THAT(Fetch(absl::StrCat("http://127.0.0.1:", (*endpoint)->port(), "/metrics")),
              HasSubstr("fusionhub_nodes 2"));
}

// Debian's civetweb is built without IPv6: the address is right, but cannot be served there.
TEST(MetricsEndpointTest, ServesIpv6LoopbackOrSaysThatItCannot) {
  Metrics metrics;
  const auto endpoint = MetricsEndpoint::Start("[::1]:0", metrics);
  if (endpoint.ok()) {
    EXPECT_GT((*endpoint)->port(), 0);
  } else {
    EXPECT_THAT(endpoint, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("[::1]:0")));
  }
}

TEST(MetricsEndpointTest, RefusesAnyOtherAddress) {
  Metrics metrics;
  for (const std::string address :
       {"", ":9464", "9464", "0.0.0.0:9464", "192.168.1.1:9464", "[::]:9464", "::1:9464",
        "localhost:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:+1", "127.0.0.1:80,0.0.0.0:80", "0.0.0.0:80,127.0.0.1:80", "128.0.0.1:80"}) {
    EXPECT_THAT(MetricsEndpoint::Start(address, metrics),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("loopback")))
        << address;
  }
}

TEST(MetricsEndpointTest, ATakenPortIsUnavailable) {
  Metrics metrics;
  const auto first = MetricsEndpoint::Start("127.0.0.1:0", metrics);
  FUSIONHUB_ASSERT_OK(first);
  EXPECT_THAT(MetricsEndpoint::Start(absl::StrCat("127.0.0.1:", (*first)->port()), metrics),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("port")));
}

}  // namespace
}  // namespace fusionhub
