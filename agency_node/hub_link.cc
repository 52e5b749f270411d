// Connects the node to the hub.
#include "agency_node/hub_link.h"

#include <utility>

#include "audit/note.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "query/signed_query.h"
#include "query/timestamp.h"

namespace fusionhub::agency_node {
namespace {

// Orders and checkpoints that wait to be looked at. The tunnel's window bounds their bytes.
constexpr size_t kMaxInbox = 4096;

}  // namespace

HubLink::HubLink(Options options, const Parts& parts)
    : options_(std::move(options)), parts_(parts), inbox_("hub_link", 1, kMaxInbox) {}

HubLink::~HubLink() { Stop(); }

void HubLink::Start(OrderDesk& desk, Events events) {
  desk_ = &desk;
  events_ = std::move(events);
  rpc::TunnelClientOptions options;
  options.target = options_.target;
  options.credentials = [this] {
    return parts_.tls.ChannelCredentials(rpc::RequireSpiffeId(options_.hub_spiffe_id));
  };
  rpc::TunnelClientCallbacks callbacks;
  callbacks.hello = [this] { return Hello(); };
  callbacks.on_welcome = [this](const v1::HubWelcome& welcome) { return OnWelcome(welcome); };
  callbacks.on_message = [this](rpc::TunnelMessage message) { OnMessage(std::move(message)); };
  callbacks.on_frame = [this](const v1::ConnectResponse& frame) { OnFrame(frame); };
  callbacks.on_disconnected = [this](const absl::Status& status) {
    parts_.metrics.tunnel_connected().Set(0);
    Log(LogLevel::kWarn, "hub_disconnected", "the tunnel to the hub is closed; reconnecting",
        {{"code", absl::StatusCodeToString(status.code())}, {"why", status.message()}});
  };
  callbacks.orders_in_flight = [this] { return desk_->in_flight(); };
  tunnel_ =
      std::make_unique<rpc::TunnelClient>(std::move(options), std::move(callbacks), parts_.random);
  tunnel_->Start();
}

void HubLink::StopIntake() {
  taking_ = false;
  inbox_.Shutdown();
}

void HubLink::Stop() {
  taking_ = false;
  if (tunnel_ != nullptr) tunnel_->Stop();
  inbox_.Shutdown();
}

v1::NodeHello HubLink::Hello() const {
  v1::NodeHello hello;
  for (const std::string& data : options_.data) hello.add_data(data);
  hello.set_face_engine(options_.face_engine);
  hello.set_test_mode(options_.test_mode);
  hello.set_policy_digest(options_.policy_digest);
  hello.set_policy_revision(options_.policy_revision);
  hello.set_log_size(parts_.checkpoints.kept().size);
  return hello;
}

absl::Status HubLink::OnWelcome(const v1::HubWelcome& welcome) {
  FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time hub_now, query::FromProto(welcome.now()));
  if (absl::AbsDuration(hub_now - parts_.clock.Now()) > query::kMaxClockSkew) {
    return absl::FailedPreconditionError(
        "the hub's clock and this node's are more than 30 s apart; check NTP on both");
  }
  if (welcome.test_mode() != options_.test_mode) {
    return absl::FailedPreconditionError("hub and node disagree on test_mode");
  }
  parts_.metrics.tunnel_connected().Set(1);
  Log(LogLevel::kInfo, "hub_connected", "the tunnel to the hub is open");
  if (events_.on_connected && taking_)
    inbox_.SubmitContinuation([this] { events_.on_connected(); });
  return absl::OkStatus();
}

void HubLink::OnMessage(rpc::TunnelMessage message) {
  if (!taking_) return;
  if (message.kind == v1::CHUNK_KIND_WORK_ORDER) {
    inbox_.SubmitContinuation([this, bytes = std::move(message.bytes)] { desk_->Take(bytes); });
  } else if (message.kind == v1::CHUNK_KIND_HOTLIST_SHARE && events_.on_share) {
    inbox_.SubmitContinuation(
        [this, bytes = std::move(message.bytes)]() mutable { events_.on_share(std::move(bytes)); });
  }
}

void HubLink::OnFrame(const v1::ConnectResponse& frame) {
  if (!taking_) return;
  if (frame.has_checkpoint()) {
    inbox_.SubmitContinuation(
        [this, checkpoint = frame.checkpoint()] { TakeCheckpoint(checkpoint); });
  } else if (frame.has_cancel()) {
    desk_->Cancel(frame.cancel().query_id());
  } else if (frame.has_share_wanted() && events_.on_share_wanted) {
    inbox_.SubmitContinuation([this, recipient = frame.share_wanted().recipient()] {
      events_.on_share_wanted(recipient);
    });
  } else if (frame.has_hit_taken() && events_.on_hit_taken) {
    inbox_.SubmitContinuation(
        [this, hit_id = frame.hit_taken().hit_id()] { events_.on_hit_taken(hit_id); });
  }
}

void HubLink::TakeCheckpoint(const v1::CheckpointFrame& frame) {
  std::vector<audit::Digest> proof;
  for (const std::string& bytes : frame.consistency_proof()) {
    const absl::StatusOr<audit::Digest> digest = crypto::DigestFromBytes(bytes);
    if (!digest.ok()) return RefuseCheckpoint(0, "bad_proof");
    proof.push_back(*digest);
  }
  const absl::StatusOr<audit::CheckpointKeeper::Cosigned> cosigned =
      parts_.checkpoints.Accept(frame.note(), proof, frame.from_size(), parts_.clock.Now());
  if (!cosigned.ok()) {
    const std::string reason = audit::CheckpointKeeper::RefusalReason(cosigned.status());
    if (reason.empty()) Fatal("store_failed", "the node's store failed; no checkpoint can be kept");
    return RefuseCheckpoint(parts_.checkpoints.kept().size, reason);
  }
  parts_.metrics.Checkpoint("cosigned");
  parts_.metrics.kept_log_size().Set(static_cast<double>(cosigned->size));
  v1::ConnectRequest request;
  request.mutable_cosignature()->set_log_size(cosigned->size);
  request.mutable_cosignature()->set_signature_line(cosigned->line);
  // Lost with the tunnel: the next checkpoint is cosigned anew.
  tunnel_->SendControl(std::move(request)).IgnoreError();
}

void HubLink::RefuseCheckpoint(uint64_t size, const std::string& reason) {
  parts_.metrics.Checkpoint(reason);
  Log(LogLevel::kError, "checkpoint_refused",
      "the hub's log does not continue what this node has seen; nothing is answered on it",
      {{"reason", reason}, {"kept_size", static_cast<int64_t>(size)}});
  v1::ConnectRequest request;
  request.mutable_checkpoint_refused()->set_log_size(size);
  request.mutable_checkpoint_refused()->set_reason(reason);
  tunnel_->SendControl(std::move(request)).IgnoreError();
}

absl::Status HubLink::SendAnswer(std::string bytes) {
  return tunnel_->Send(v1::CHUNK_KIND_ANSWER, std::move(bytes));
}

absl::Status HubLink::SendShare(std::string bytes) {
  return tunnel_->Send(v1::CHUNK_KIND_HOTLIST_SHARE, std::move(bytes));
}

absl::Status HubLink::SendHitNotice(const v1::HitNotice& notice) {
  v1::ConnectRequest request;
  *request.mutable_hit_notice() = notice;
  return tunnel_->SendControl(std::move(request));
}

bool HubLink::connected() const { return tunnel_ != nullptr && tunnel_->connected(); }

}  // namespace fusionhub::agency_node
