#include "alpr_ingest/webhook_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "alpr_ingest/alpr_testing.h"
#include "base/file.h"
#include "base/status_matchers.h"

namespace fusionhub::alpr_ingest {
namespace {

using testing::HasSubstr;

constexpr char kToken[] = "0123456789abcdef-test";

struct HttpReply {
  int status = 0;
  std::string headers;
  std::string body;
  nlohmann::json Json() const { return nlohmann::json::parse(body, nullptr, false); }
};

// A connection that sends what it is told to, and reads until the server closes.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { close(fd_); }
  // False when the server no longer takes it.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  HttpReply Receive() {
    std::string all;
    char buffer[65536];
    for (ssize_t got; (got = recv(fd_, buffer, sizeof(buffer), 0)) > 0;) {
      all.append(buffer, static_cast<size_t>(got));
    }
    HttpReply reply;
    const size_t end = all.find("\r\n\r\n");
    if (end == std::string::npos) return reply;
    reply.headers = all.substr(0, end);
    reply.body = all.substr(end + 4);
    EXPECT_TRUE(absl::SimpleAtoi(all.substr(9, 3), &reply.status)) << all;
    return reply;
  }

 private:
  const int fd_;
};

class WebhookServerTest : public testing::Test {
 protected:
  void SetUp() override {
    token_file_ = FreshFolder("token") + "/token";
    FUSIONHUB_ASSERT_OK(
        WriteFileAtomically(token_file_, absl::StrCat(kToken, "\n"), 0600, Durability::kUnsynced));
    options_.routes = {{"/v1/reads/rekor", token_file_, [this](absl::string_view body) {
                          ++handled_;
                          last_body_ = std::string(body);
                          return reply_;
                        }}};
  }
  void Start() {
    auto server = WebhookServer::Start(options_, counters_);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }
  static std::string Head(absl::string_view extra) {
    return absl::StrCat("POST /v1/reads/rekor HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", extra);
  }
  static std::string Post(absl::string_view body) {
    return absl::StrCat(Head("Content-Type: application/json\r\n"), "Authorization: Bearer ",
                        kToken, "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
  }
  HttpReply Ask(absl::string_view request) {
    Client client(server_->port());
    client.Send(request);
    return client.Receive();
  }

  std::string token_file_;
  WebhookServerOptions options_;
  IngestCounters counters_;
  std::atomic<int> handled_{0};
  std::string last_body_;
  FeedReply reply_ = FeedAccepted{};
  std::unique_ptr<WebhookServer> server_;
};

TEST_F(WebhookServerTest, TakesARead) {
  Start();
  const HttpReply reply = Ask(Post(SampleGroup()));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.Json()["status"], "stored");
  EXPECT_EQ(last_body_, SampleGroup());
}

TEST_F(WebhookServerTest, TakesABodyInChunks) {
  Start();
  const HttpReply reply = Ask(absl::StrCat(
      Head("Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"),
      "Authorization: bearer ", kToken, "\r\n\r\n", "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(last_body_, "{\"a\":1}");
}

TEST_F(WebhookServerTest, TellsTheCameraWhatIsWrong) {
  reply_ = FeedError{RejectReason::kBadField, "$.best_confidence", "not a number"};
  Start();
  const HttpReply reply = Ask(Post("{}"));
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.Json()["error"], "bad_field");
  EXPECT_EQ(reply.Json()["where"], "$.best_confidence");
  EXPECT_EQ(reply.Json()["what"], "not a number");
}

TEST_F(WebhookServerTest, TellsTheCameraToWaitWhenTheQueueIsFull) {
  reply_ = FeedError{RejectReason::kQueueFull, "the node", "wait"};
  Start();
  const HttpReply reply = Ask(Post("{}"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_THAT(reply.headers, HasSubstr("Retry-After: 1"));
}

TEST_F(WebhookServerTest, WantsTheToken) {
  Start();
  const std::string type = "Content-Type: application/json\r\nContent-Length: 2\r\n";
  for (const std::string& authorization :
       {std::string(), std::string("Authorization: Bearer wrong\r\n"),
        absl::StrCat("Authorization: Bearer ", kToken, "x\r\n"),
        absl::StrCat("Authorization: ", kToken, "\r\n"),
        absl::StrCat("Authorization: Basic ", kToken, "\r\n"),
        std::string("Authorization: Bearer \r\n")}) {
    const HttpReply reply = Ask(absl::StrCat(Head(type), authorization, "\r\n{}"));
    EXPECT_EQ(reply.status, 401) << authorization;
    EXPECT_EQ(reply.Json()["error"], "unauthorized");
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, TakesNothingButJson) {
  Start();
  for (const std::string type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: multipart/form-data\r\n",
        "Content-Type: application/jsonx\r\n"}) {
    const HttpReply reply = Ask(absl::StrCat(Head(type), "Authorization: Bearer ", kToken,
                                             "\r\nContent-Length: 2\r\n\r\n{}"));
    EXPECT_EQ(reply.status, 415) << type;
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, ServesNoOtherPathOrMethod) {
  Start();
  EXPECT_EQ(
      Ask("POST /v1/reads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
          .status,
      404);
  const HttpReply get =
      Ask(absl::StrCat("GET /v1/reads/rekor HTTP/1.1\r\nHost: x\r\nConnection: close\r\n",
                       "Authorization: Bearer ", kToken, "\r\n\r\n"));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(Ask("DELETE /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status, 405);
  EXPECT_NE(Ask("garbage\r\n\r\n").status, 200);
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, AnnouncedFiftyMegabytesAreRefusedBeforeTheyAreSent) {
  Start();
  Client client(server_->port());
  ASSERT_TRUE(
      client.Send(absl::StrCat(Head("Content-Type: application/json\r\n"), "Authorization: Bearer ",
                               kToken, "\r\nContent-Length: 50000000\r\n\r\n")));
  const HttpReply reply = client.Receive();
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.Json()["error"], "too_large");
  EXPECT_EQ(counters_.rejected(RejectReason::kTooLarge), 1u);
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, FiftyMegabytesWithoutALengthAreNeverKept) {
  Start();
  rusage before = {};
  getrusage(RUSAGE_SELF, &before);
  Client client(server_->port());
  ASSERT_TRUE(client.Send(
      absl::StrCat(Head("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"),
                   "Authorization: Bearer ", kToken, "\r\n\r\n")));
  const std::string chunk = absl::StrCat("100000\r\n", std::string(1 << 20, '['), "\r\n");
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.Send(chunk)) << i;
  ASSERT_TRUE(client.Send("0\r\n\r\n"));
  EXPECT_EQ(client.Receive().status, 413);
  EXPECT_EQ(handled_, 0);
  rusage after = {};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 40 * 1024);  // KiB
}

TEST_F(WebhookServerTest, AStreamWithoutEndIsCut) {
  Start();
  Client client(server_->port());
  ASSERT_TRUE(client.Send(
      absl::StrCat(Head("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"),
                   "Authorization: Bearer ", kToken, "\r\n\r\n")));
  const std::string chunk = absl::StrCat("100000\r\n", std::string(1 << 20, '['), "\r\n");
  int sent = 0;
  while (sent < 500 && client.Send(chunk)) ++sent;
  EXPECT_LT(sent, 500);
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, AllBodiesUnderWayShareOneBound) {
  options_.max_buffered_bytes = 10;
  Start();
  EXPECT_EQ(Ask(Post("{\"a\":1}")).status, 200);
  const HttpReply reply = Ask(Post("{\"a\":12345}"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(counters_.rejected(RejectReason::kQueueFull), 1u);
}

TEST_F(WebhookServerTest, AClientThatFallsSilentIsClosed) {
  options_.timeout = absl::Seconds(1);
  Start();
  Client client(server_->port());
  client.Send(Head("Content-Type: application/json\r\n"));
  EXPECT_NE(client.Receive().status, 200);
  EXPECT_EQ(handled_, 0);
}

TEST_F(WebhookServerTest, TellsItsHealth) {
  bool healthy = true;
  options_.healthy = [&] { return healthy; };
  Start();
  const std::string get = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(Ask(get).status, 200);
  healthy = false;
  EXPECT_EQ(Ask(get).status, 503);
}

TEST_F(WebhookServerTest, ServesManyCamerasAtOnce) {
  Start();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  options_.routes[0].handle = nullptr;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) {
        if (Ask(absl::StrCat("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .status == 200)
          ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

TEST_F(WebhookServerTest, RefusesToStartWithoutAGoodTokenOrAddress) {
  const auto start = [&] { return WebhookServer::Start(options_, counters_).status(); };
  options_.address = "localhost";
  EXPECT_THAT(start(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'localhost'")));
  options_.address = "127.0.0.1";
  for (const auto& [token, mode] : std::vector<std::pair<std::string, int>>{
           {"short", 0600}, {"", 0600}, {"with a blank in the middle", 0600}, {kToken, 0644}}) {
    FUSIONHUB_ASSERT_OK(WriteFileAtomically(token_file_, token, mode, Durability::kUnsynced));
    EXPECT_THAT(start(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(token_file_)));
  }
  options_.routes[0].token_file = token_file_ + ".none";
  EXPECT_THAT(start(), StatusIs(absl::StatusCode::kNotFound, testing::_));
  options_.routes.clear();
  EXPECT_THAT(start(), StatusIs(absl::StatusCode::kInvalidArgument, testing::_));
}

TEST_F(WebhookServerTest, RefusesAPathTwice) {
  options_.routes.push_back(options_.routes[0]);
  EXPECT_THAT(WebhookServer::Start(options_, counters_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/v1/reads/rekor")));
}

TEST_F(WebhookServerTest, SaysThatThePortIsTaken) {
  Start();
  options_.port = server_->port();
  EXPECT_THAT(WebhookServer::Start(options_, counters_),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("127.0.0.1")));
}

TEST_F(WebhookServerTest, ListensOnIpv6) {
  options_.address = "::1";
  auto server = WebhookServer::Start(options_, counters_);
  if (!server.ok()) GTEST_SKIP() << "no IPv6 here: " << server.status();
  EXPECT_NE((*server)->port(), 0);
}

}  // namespace
}  // namespace fusionhub::alpr_ingest
