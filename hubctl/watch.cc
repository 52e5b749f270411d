// The alert stream at the client.
#include "hubctl/watch.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "fusionhub/v1/analyst.grpc.pb.h"
#include "hubctl/course_json.h"
#include "hubctl/course_view.h"
#include "hubctl/explanation.h"
#include "hubctl/terminal_text.h"
#include "hubctl/trust.h"
#include "query/timestamp.h"
#include "rpc/status_conversion.h"

namespace fusionhub::hubctl {
namespace {

constexpr absl::Duration kRetry = absl::Seconds(2);

// Calls `renew` at the time set last, on a thread of its own, until destroyed. `renew` says when to
// try again.
class Renewer {
 public:
  Renewer(const Clock& clock, std::function<absl::Time()> renew)
      : clock_(clock), renew_(std::move(renew)), thread_([this] { Run(); }) {}
  Renewer(const Renewer&) = delete;
  Renewer& operator=(const Renewer&) = delete;
  ~Renewer() {
    {
      MutexLock lock(mu_);
      stopping_ = true;
    }
    wake_.NotifyAll();
    thread_.join();
  }

  void RenewAt(absl::Time time) {
    MutexLock lock(mu_);
    due_ = time;
    wake_.NotifyAll();
  }

 private:
  // True when it is time; false when stopping.
  bool WaitUntilDue() {
    MutexLock lock(mu_);
    while (!stopping_ && clock_.Now() < due_) wake_.WaitFor(mu_, due_ - clock_.Now());
    due_ = absl::InfiniteFuture();
    return !stopping_;
  }
  void Run() {
    while (WaitUntilDue()) {
      const absl::Time again = renew_();
      MutexLock lock(mu_);
      due_ = std::min(due_, again);
    }
  }

  const Clock& clock_;
  const std::function<absl::Time()> renew_;
  Mutex mu_;
  CondVar wake_;
  absl::Time due_ FUSIONHUB_GUARDED_BY(mu_) = absl::InfiniteFuture();
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

// One subscription from its first assertion to its end.
class AlertWatch {
 public:
  AlertWatch(Session& session, const WatchOptions& options, const audit::ReceiptTrust& trust,
             TitleOf title)
      : session_(session),
        options_(options),
        trust_(trust),
        view_("alert", std::move(title), session.output()) {}

  ExitCode Run() {
    const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = session_.Connect();
    if (!channel.ok()) return session_.Fail(channel.status());
    const std::unique_ptr<v1::AlertService::Stub> stub = v1::AlertService::NewStub(*channel);
    grpc::ClientContext context;
    if (options_.seconds > 0) {
      context.set_deadline(
          absl::ToChronoTime(session_.clock().Now() + absl::Seconds(options_.seconds)));
    }
    const auto stream = stub->Watch(&context);
    const absl::Status subscribed = Subscribe(*stream);
    if (!subscribed.ok()) {
      context.TryCancel();
      return session_.Fail(subscribed);
    }
    absl::Status taken;
    {
      Renewer renewer(session_.clock(), [&] { return Renew(*stream); });
      taken = ReadEvents(*stream, renewer);
    }
    // Cancelling a stream that the hub has ended would hide why it did.
    if (!taken.ok() || Enough() || refused_) context.TryCancel();
    return Ended(taken, rpc::FromGrpcStatus(stream->Finish(), &context));
  }

 private:
  using Stream = grpc::ClientReaderWriter<v1::WatchRequest, v1::WatchResponse>;

  absl::Status Subscribe(Stream& stream) {
    FUSIONHUB_ASSIGN_OR_RETURN(v1::Query query, SessionQuery(session_, options_.question.of_case));
    for (const std::string& category : options_.categories) {
      query.mutable_alert_subscription()->add_categories(category);
    }
    v1::WatchRequest request;
    FUSIONHUB_ASSIGN_OR_RETURN(*request.mutable_subscription(), session_.Sign(query));
    // A broken stream shows its reason to the reader.
    stream.Write(request);
    return absl::OkStatus();
  }

  // When to try again; the hub's acceptance says when the next renewal is due.
  absl::Time Renew(Stream& stream) {
    const absl::Status renewed = Subscribe(stream);
    if (renewed.ok()) return absl::InfiniteFuture();
    session_.output().ErrorLine(
        absl::StrCat("hubctl: cannot renew the watch: ", TerminalText(renewed.message())));
    return session_.clock().Now() + kRetry;
  }

  // OK when the stream ended or enough alerts came.
  absl::Status ReadEvents(Stream& stream, Renewer& renewer) {
    for (v1::WatchResponse event; !Enough() && !refused_ && stream.Read(&event); event.Clear()) {
      FUSIONHUB_RETURN_IF_ERROR(TakeEvent(event, renewer));
    }
    return absl::OkStatus();
  }

  absl::Status TakeEvent(const v1::WatchResponse& event, Renewer& renewer) {
    switch (event.event_case()) {
      case v1::WatchResponse::kAccepted:
        return Accepted(event.accepted(), renewer);
      case v1::WatchResponse::kAlert:
        return Alert(event.alert());
      case v1::WatchResponse::kRefused:
        Refused(event.refused());
        return absl::OkStatus();
      default:
        return absl::InternalError("the hub sent an event that this hubctl does not know");
    }
  }

  absl::Status Accepted(const v1::SubscriptionAccepted& accepted, Renewer& renewer) {
    FUSIONHUB_ASSIGN_OR_RETURN(const absl::Time until, query::FromProto(accepted.until()));
    const absl::Time now = session_.clock().Now();
    // Well before the end, but never in a tight loop.
    renewer.RenewAt(std::max(until - (until - now) / 3, now + absl::Seconds(1)));
    Output& output = session_.output();
    if (!accepted.test_mode_notice().empty()) output.SetTestMode();
    const std::string end = absl::FormatTime(absl::RFC3339_sec, until, absl::UTCTimeZone());
    if (output.json()) {
      output.WriteJson(Json{{"event", "accepted"},
                            {"until", end},
                            {"test_mode", !accepted.test_mode_notice().empty()}});
    } else if (!announced_) {
      output.Line("Watching; each alert is shown as it happens.");
    }
    announced_ = true;
    return absl::OkStatus();
  }

  absl::Status Alert(const v1::OwnerResult& alert) {
    FUSIONHUB_RETURN_IF_ERROR(CheckResult(/*query_id=*/"", alert, trust_));
    ++alerts_;
    if (session_.output().json()) {
      Json line = OwnerResultJson(alert, /*with_records=*/true);
      line["event"] = "alert";
      session_.output().WriteJson(line);
    } else {
      view_.Records(alert);
    }
    return absl::OkStatus();
  }

  void Refused(const v1::Explanation& why) {
    refused_ = true;
    Output& output = session_.output();
    if (output.json()) {
      output.WriteJson(Json{{"event", "refused"}, {"explanation", ExplanationJson(why)}});
      return;
    }
    output.Line("REFUSED  alert subscription");
    for (const std::string& line : ExplanationLines(why)) output.Line(absl::StrCat("  ", line));
  }

  bool Enough() const { return options_.count > 0 && alerts_ >= options_.count; }

  ExitCode Ended(const absl::Status& taken, const absl::Status& stream) {
    if (!taken.ok()) return session_.Fail(taken);
    if (refused_) return ExitCode::kRefused;
    if (Enough()) return ExitCode::kDone;
    if (options_.seconds > 0 && absl::IsDeadlineExceeded(stream)) {
      if (options_.count == 0) return ExitCode::kDone;
      return session_.Fail(absl::NotFoundError(
          absl::StrCat(alerts_, " of ", options_.count, " alerts came in time")));
    }
    if (stream.ok()) return session_.Fail(absl::UnavailableError("the hub ended the subscription"));
    return session_.Fail(stream);
  }

  Session& session_;
  const WatchOptions& options_;
  const audit::ReceiptTrust& trust_;
  CourseView view_;
  uint32_t alerts_ = 0;
  bool refused_ = false;
  bool announced_ = false;
};

}  // namespace

ExitCode RunWatch(Session& session, const WatchOptions& options) {
  const absl::StatusOr<audit::ReceiptTrust> trust = SessionTrust(session);
  if (!trust.ok()) return session.Fail(trust.status());
  return AlertWatch(session, options, *trust, TitlesOf(*session.LoadedPolicy())).Run();
}

}  // namespace fusionhub::hubctl
