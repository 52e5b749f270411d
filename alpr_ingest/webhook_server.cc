// The HTTP server that cameras post to, over libmicrohttpd.
#include "alpr_ingest/webhook_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "alpr_ingest/webhook_request.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "crypto/digest.h"

namespace fusionhub::alpr_ingest {
namespace {

constexpr size_t kMinTokenBytes = 16;
constexpr size_t kMaxTokenBytes = 256;

struct Route {
  std::string path;
  std::string token;
  std::function<FeedReply(absl::string_view)> handle;
};

// An address as bind() takes it.
struct SocketAddress {
  sockaddr_storage storage = {};
  bool v6 = false;
};

absl::StatusOr<SocketAddress> ParseAddress(const std::string& address, uint16_t port) {
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return out;
  }
  if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out.v6 = true;
    return out;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("webhook address '", address, "': an IPv4 or IPv6 address is expected"));
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & 007) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("webhook token file ", path, " can be used by everybody; chmod 640 it"));
  }
  FUSIONHUB_ASSIGN_OR_RETURN(std::string token, ReadFile(path, 4096));
  absl::StripTrailingAsciiWhitespace(&token);
  const bool printable = std::all_of(token.begin(), token.end(), absl::ascii_isgraph);
  if (!printable || token.size() < kMinTokenBytes || token.size() > kMaxTokenBytes) {
    return absl::InvalidArgumentError(absl::StrCat("webhook token file ", path, ": one line of ",
                                                   kMinTokenBytes, " to ", kMaxTokenBytes,
                                                   " characters without blanks is expected"));
  }
  return token;
}

absl::StatusOr<std::vector<Route>> ReadRoutes(const std::vector<WebhookRoute>& wanted) {
  std::vector<Route> routes;
  std::set<absl::string_view> paths;
  for (const WebhookRoute& route : wanted) {
    if (!absl::StartsWith(route.path, "/") || route.path == "/healthz" ||
        !paths.insert(route.path).second || !route.handle) {
      return absl::InvalidArgumentError(
          absl::StrCat("webhook path '", route.path,
                       "': begins with '/', is not /healthz, and each is "
                       "named once, with a handler"));
    }
    FUSIONHUB_ASSIGN_OR_RETURN(std::string token, ReadToken(route.token_file));
    routes.push_back({route.path, std::move(token), route.handle});
  }
  if (routes.empty()) return absl::InvalidArgumentError("the webhook server has no path to serve");
  return routes;
}

absl::string_view Header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? absl::string_view() : absl::string_view(value);
}

bool IsJson(absl::string_view content_type) {
  const absl::string_view type =
      absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';')));
  return absl::EqualsIgnoreCase(type, "application/json");
}

bool HasToken(absl::string_view authorization, absl::string_view token) {
  constexpr absl::string_view kScheme = "Bearer ";
  return absl::StartsWithIgnoreCase(authorization, kScheme) &&
         crypto::ConstantTimeEquals(
             absl::StripAsciiWhitespace(authorization.substr(kScheme.size())), token);
}

// What is kept of a request between libmicrohttpd's calls.
struct Request {
  Request(BodyBudget& budget, size_t max_bytes, const Route& the_route)
      : route(the_route), body(budget, max_bytes) {}
  const Route& route;
  BodyCollector body;
};

class Server final : public WebhookServer {
 public:
  Server(WebhookServerOptions options, std::vector<Route> routes, IngestCounters& counters)
      : options_(std::move(options)),
        routes_(std::move(routes)),
        counters_(counters),
        budget_(options_.max_buffered_bytes) {}

  ~Server() override {
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
    for (Route& route : routes_) crypto::Cleanse(route.token);
  }

  absl::Status Listen() {
    FUSIONHUB_ASSIGN_OR_RETURN(const SocketAddress address,
                               ParseAddress(options_.address, options_.port));
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    if (address.v6) flags |= MHD_USE_IPv6;
    const auto timeout = static_cast<unsigned>(absl::ToInt64Seconds(options_.timeout));
    daemon_ = MHD_start_daemon(
        flags, options_.port, nullptr, nullptr, &Server::OnRequest, this, MHD_OPTION_SOCK_ADDR,
        reinterpret_cast<const sockaddr*>(&address.storage), MHD_OPTION_CONNECTION_LIMIT,
        options_.max_connections, MHD_OPTION_CONNECTION_TIMEOUT, timeout,
        MHD_OPTION_NOTIFY_COMPLETED, &Server::OnCompleted, this, MHD_OPTION_END);
    if (daemon_ == nullptr) {
      return absl::UnavailableError(absl::StrCat("cannot listen for plate reads on ",
                                                 options_.address, " port ", options_.port, ": ",
                                                 std::strerror(errno)));
    }
    const MHD_DaemonInfo* const info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
    port_ = info != nullptr && info->port != 0 ? info->port : options_.port;
    return absl::OkStatus();
  }

  uint16_t port() const override { return port_; }

 private:
  static MHD_Result OnRequest(void* self, MHD_Connection* connection, const char* url,
                              const char* method, const char*, const char* data, size_t* size,
                              void** state) {
    auto& server = *static_cast<Server*>(self);
    auto* const request = static_cast<Request*>(*state);
    if (request == nullptr) return server.Begin(connection, url, method, state);
    if (*size > 0) {
      request->body.Add(absl::string_view(data, *size));
      *size = 0;
      return request->body.hopeless() ? MHD_NO : MHD_YES;
    }
    return server.Reply(connection, server.Handle(*request));
  }

  static void OnCompleted(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
    delete static_cast<Request*>(*state);
    *state = nullptr;
  }

  // Headers only: whatever can be refused is refused before a byte of the body is taken in.
  MHD_Result Begin(MHD_Connection* connection, absl::string_view url, absl::string_view method,
                   void** state) {
    if (url == "/healthz") return Reply(connection, Health(method));
    const Route* route = nullptr;
    if (const auto refusal = Refuse(connection, url, method, route))
      return Reply(connection, *refusal);
    *state = new Request(budget_, options_.max_body_bytes, *route);
    return MHD_YES;
  }

  WebhookReply Health(absl::string_view method) const {
    if (method != "GET" && method != "HEAD") return WrongMethod("GET");
    const bool ok = !options_.healthy || options_.healthy();
    return {ok ? 200 : 503, ok ? "{\"status\":\"ok\"}\n" : "{\"status\":\"failing\"}\n"};
  }

  static WebhookReply WrongMethod(absl::string_view allowed) {
    return ErrorReply(405, "method_not_allowed", "the request line",
                      absl::StrCat("only ", allowed, " is served here"));
  }

  std::optional<WebhookReply> Refuse(MHD_Connection* connection, absl::string_view url,
                                     absl::string_view method, const Route*& route) {
    for (const Route& candidate : routes_) {
      if (candidate.path == url) route = &candidate;
    }
    if (route == nullptr) {
      return ErrorReply(404, "not_found", "the request line", "no feed is served at this path");
    }
    if (!HasToken(Header(connection, MHD_HTTP_HEADER_AUTHORIZATION), route->token)) {
      return ErrorReply(401, "unauthorized", "the Authorization header",
                        "'Bearer' and the node's token are expected");
    }
    if (method != "POST") return WrongMethod("POST");
    if (!IsJson(Header(connection, MHD_HTTP_HEADER_CONTENT_TYPE))) {
      return ErrorReply(415, "unsupported_media_type", "the Content-Type header",
                        "application/json is expected");
    }
    uint64_t length = 0;
    const absl::string_view announced = Header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (absl::SimpleAtoi(announced, &length) && length > options_.max_body_bytes) return TooLarge();
    return std::nullopt;
  }

  WebhookReply TooLarge() {
    counters_.CountRejected(RejectReason::kTooLarge);
    return ErrorReply(
        {RejectReason::kTooLarge, "the body",
         absl::StrCat("more than the ", options_.max_body_bytes, " bytes that are accepted")});
  }

  WebhookReply Handle(const Request& request) {
    if (request.body.too_large()) return TooLarge();
    if (request.body.no_room()) {
      counters_.CountRejected(RejectReason::kQueueFull);
      return ErrorReply({RejectReason::kQueueFull, "the node",
                         "too many reads are being received; send it again shortly"});
    }
    return ReplyFor(request.route.handle(request.body.body()));
  }

  MHD_Result Reply(MHD_Connection* connection, const WebhookReply& reply) {
    MHD_Response* const response = MHD_create_response_from_buffer(
        reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr) return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (reply.status == 429) {
      MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                              absl::StrCat(options_.retry_after_seconds).c_str());
    }
    if (reply.status == 401) {
      MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
    const MHD_Result queued =
        MHD_queue_response(connection, static_cast<unsigned>(reply.status), response);
    MHD_destroy_response(response);
    return queued;
  }

  const WebhookServerOptions options_;
  std::vector<Route> routes_;
  IngestCounters& counters_;
  BodyBudget budget_;
  MHD_Daemon* daemon_ = nullptr;
  uint16_t port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WebhookServer>> WebhookServer::Start(WebhookServerOptions options,
                                                                    IngestCounters& counters) {
  FUSIONHUB_ASSIGN_OR_RETURN(std::vector<Route> routes, ReadRoutes(options.routes));
  auto server = std::make_unique<Server>(std::move(options), std::move(routes), counters);
  FUSIONHUB_RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<WebhookServer>(std::move(server));
}

}  // namespace fusionhub::alpr_ingest
