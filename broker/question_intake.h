// Turns what an analyst sent into an admitted question with a plan, or says why not.
#ifndef FUSIONHUB_BROKER_QUESTION_INTAKE_H_
#define FUSIONHUB_BROKER_QUESTION_INTAKE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/random.h"
#include "broker/hold_book.h"
#include "broker/planning.h"
#include "broker/query_course.h"
#include "broker/question.h"
#include "identity/issuer_keys.h"
#include "identity/replay_guard.h"
#include "rpc/peer.h"

namespace fusionhub::broker {

// Thread-safe.
class QuestionIntake {
 public:
  struct Parts {
    std::string region;
    std::shared_ptr<const policy::Policy> policy;
    const identity::IssuerDirectory& issuers;
    identity::ReplayGuard& replays;
    const audit::Log& log;
    HoldBook& holds;
    Random& random;
    const Clock& clock;
    DecideFn decide;
  };
  explicit QuestionIntake(Parts parts) : parts_(std::move(parts)) {}

  struct Admitted {
    Question question;
    QueryPlan plan;
    // Set when the question is refused for everyone before policy is asked (an assertion used
    // before).
    std::optional<QueryCourse::Refusal> refusal;
  };
  // An error means that there is no valid person or no question: UnidentifiedCalls logs it.
  absl::StatusOr<Admitted> Admit(const v1::SignedQuery& signed_query, const rpc::Peer& peer);

  // Only who asks: the verified question without a plan or an id, its assertion used up. For
  // services beside QueryService. UNAUTHENTICATED when the assertion was used before.
  absl::StatusOr<query::VerifiedQuery> Identify(const v1::SignedQuery& signed_query,
                                                const rpc::Peer& peer, bool standing);

  // The same for a subscription that stands (alerts): a fresh question about one hit at one owner.
  Admitted ForHit(const v1::SignedQuery& signed_query, const query::VerifiedQuery& verified,
                  const std::string& owner, const std::string& hit_id,
                  const std::string& hotlist_category);

 private:
  absl::StatusOr<query::VerifiedQuery> Verify(const v1::SignedQuery& signed_query,
                                              const rpc::Peer& peer, bool standing) const;
  CitedApprovals ApprovalsFor(const query::VerifiedQuery& verified, const std::string& owner,
                              absl::Time now) const;

  const Parts parts_;
};

}  // namespace fusionhub::broker

#endif  // FUSIONHUB_BROKER_QUESTION_INTAKE_H_
