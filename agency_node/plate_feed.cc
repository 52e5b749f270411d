// Opens the plate feed.
#include "agency_node/plate_feed.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace fusionhub::agency_node {
namespace {

constexpr size_t kMaxPending = 1000;

// "127.0.0.1:8080" or "[::1]:8080".
absl::Status SplitAddress(const std::string& listen, std::string& address, uint16_t& port) {
  const size_t colon = listen.rfind(':');
  uint32_t number = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(listen.substr(colon + 1), &number) ||
      number > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("plates.listen '", listen, "' is not \"address:port\""));
  }
  address = listen.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  port = static_cast<uint16_t>(number);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<PlateFeed>> PlateFeed::Open(const Config& config, const Parts& parts,
                                                           OnHit on_hit) {
  std::unique_ptr<PlateFeed> feed(new PlateFeed(*config.plates, parts));
  FUSIONHUB_RETURN_IF_ERROR(feed->OpenStore(config));
  FUSIONHUB_RETURN_IF_ERROR(feed->OpenIngest(config, std::move(on_hit)));
  return feed;
}

absl::Status PlateFeed::OpenStore(const Config& config) {
  alpr_ingest::ReadStoreOptions options;
  options.keys_folder = config.data_dir + "/read_keys";
  options.kek_folder = config.data_dir + "/read_kek";
  options.retention = {{"standard", absl::Hours(24 * config.plates->retention_days)}};
  FUSIONHUB_ASSIGN_OR_RETURN(
      reads_, alpr_ingest::ReadStore::Open(std::move(options), parts_.store, parts_.random,
                                           parts_.clock.Now()));
  return absl::OkStatus();
}

absl::Status PlateFeed::OpenIngest(const Config& config, OnHit on_hit) {
  alpr_ingest::HitMatcherOptions matcher;
  if (config.hotlist) matcher.alertable = config.hotlist->alert_categories;
  FUSIONHUB_ASSIGN_OR_RETURN(matcher_, alpr_ingest::HitMatcher::Create(std::move(matcher)));
  alpr_ingest::IngestOptions options;
  options.rekor.max_age = reads_->LongestRetention();
  for (const Config::Camera& camera : config.plates->cameras) {
    options.rekor.cameras[camera.id] = {camera.reader, camera.latitude, camera.longitude, 0};
  }
  FUSIONHUB_ASSIGN_OR_RETURN(options.fields,
                             alpr_ingest::FieldPolicy::FromWords(config.plates->stored_fields));
  ingest_ =
      std::make_unique<alpr_ingest::Ingest>(std::move(options), *matcher_, parts_.hotlists, *reads_,
                                            parts_.random, counters_, std::move(on_hit));
  return absl::OkStatus();
}

absl::Status PlateFeed::Listen() {
  alpr_ingest::WebhookServerOptions server;
  FUSIONHUB_RETURN_IF_ERROR(SplitAddress(config_.listen, server.address, server.port));
  alpr_ingest::WebhookRoute route;
  route.token_file = config_.token_file;
  route.handle = [this](absl::string_view body) {
    return ingest_->HandleRekor(body, parts_.clock.Now());
  };
  server.routes.push_back(std::move(route));
  server.healthy = [this] { return reads_->healthy(); };
  FUSIONHUB_ASSIGN_OR_RETURN(server_,
                             alpr_ingest::WebhookServer::Start(std::move(server), counters_));
  return absl::OkStatus();
}

std::vector<alpr_ingest::Hit> PlateFeed::PendingHits() const {
  absl::StatusOr<std::vector<alpr_ingest::Hit>> hits =
      reads_->PendingHits(kMaxPending, parts_.clock.Now());
  return hits.ok() ? *std::move(hits) : std::vector<alpr_ingest::Hit>();
}

void PlateFeed::HitTaken(const std::string& hit_id) {
  const absl::StatusOr<alpr_ingest::AlertDetail> alert = reads_->Alert(hit_id, parts_.clock.Now());
  // An id that the hub made up is nobody's hit.
  if (alert.ok()) reads_->AckHit(alert->hit).IgnoreError();
}

void PlateFeed::Housekeep() {
  const absl::StatusOr<alpr_ingest::PurgeReport> purged = reads_->Purge(parts_.clock.Now());
  if (!purged.ok()) Log(LogLevel::kError, "purge_failed", "overdue reads could not be destroyed");
  if (!reads_->healthy()) Fatal("store_failed", "the node's store failed");
  parts_.metrics.SetReads(counters_);
}

}  // namespace fusionhub::agency_node
