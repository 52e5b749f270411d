// Reads the log back after a restart.
#include "broker/recovery.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/entry.h"
#include "base/status_macros.h"
#include "broker/log_entries.h"
#include "broker/outcome_codes.h"
#include "crypto/digest.h"
#include "fusionhub/v1/analyst.pb.h"
#include "query/timestamp.h"

namespace fusionhub::broker {
namespace {

constexpr absl::Duration kLookBack = absl::Hours(2);
constexpr uint64_t kChunk = 256;

absl::Status LoadFrom(const audit::Log& log, audit::EntryType type, absl::Time now,
                      identity::ReplayGuard& replays) {
  absl::Status loaded;
  const auto load = [&](const audit::Log::OpenedEntry& opened) {
    const auto agency = audit::PayloadValue(opened.payload, kFieldAgency);
    const auto id = audit::PayloadValue(opened.payload, kFieldAssertionId);
    const auto expires = audit::PayloadValue(opened.payload, kFieldAssertionExpires);
    absl::Time time;
    // Ends of single owners carry no assertion.
    if (!agency.ok() || !id.ok() || !expires.ok() ||
        !absl::ParseTime(absl::RFC3339_full, *expires, &time, nullptr)) {
      return true;
    }
    loaded = replays.Load(*agency, *id, time, now);
    return loaded.ok();
  };
  FUSIONHUB_RETURN_IF_ERROR(log.ForEachOpened(type, now - kLookBack, load));
  return loaded;
}

// A question as its entries tell.
struct Course {
  std::optional<uint64_t> opening;  // INTENT, or the entry that ended it for everyone
  audit::Entry entry;
  std::map<std::string, v1::OwnerOutcome> ended;  // by owner
  bool closed = false;
};

v1::OwnerOutcome OutcomeFor(const std::string& owner, const std::string& code, uint64_t index) {
  v1::OwnerOutcome outcome;
  outcome.set_owner(owner);
  outcome.set_log_index(index);
  outcome.set_outcome(v1::ANSWER_OUTCOME_TIMED_OUT);
  for (int i = v1::AnswerOutcome_MIN; i <= v1::AnswerOutcome_MAX; ++i) {
    const auto value = static_cast<v1::AnswerOutcome>(i);
    if (value != v1::ANSWER_OUTCOME_UNSPECIFIED && OutcomeCode(value) == code) {
      outcome.set_outcome(value);
    }
  }
  return outcome;
}

void Take(uint64_t index, audit::Entry entry, std::map<std::string, Course>& courses) {
  if (entry.query_id.empty()) return;
  Course& course = courses[entry.query_id];
  switch (entry.type) {
    case audit::EntryType::kClose:
      course.closed = true;
      return;
    case audit::EntryType::kRelease:
    case audit::EntryType::kRefuse:
    case audit::EntryType::kHold:
    case audit::EntryType::kTimeout:
      if (entry.reference) {
        for (const std::string& owner : entry.owners) {
          course.ended.emplace(owner, OutcomeFor(owner, entry.outcome, index));
        }
        return;
      }
      break;
    case audit::EntryType::kIntent:
      break;
    default:
      return;
  }
  course.opening = index;
  course.entry = std::move(entry);
}

absl::StatusOr<std::map<std::string, Course>> RecentCourses(const audit::Log& log) {
  std::map<std::string, Course> courses;
  absl::Time newest = absl::InfiniteFuture();
  for (uint64_t end = log.LatestCheckpoint().size; end > 0;) {
    const uint64_t begin = end > kChunk ? end - kChunk : 0;
    FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                               log.Leaves(begin, end - begin));
    for (uint64_t i = leaves.size(); i > 0; --i) {
      FUSIONHUB_ASSIGN_OR_RETURN(audit::Entry entry, audit::ParseLeaf(leaves[i - 1]));
      if (newest == absl::InfiniteFuture()) newest = entry.time;
      if (entry.time < newest - kLookBack) return courses;
      Take(begin + i - 1, std::move(entry), courses);
    }
    end = begin;
  }
  return courses;
}

audit::EntryDraft EndDraft(const Course& course, audit::EntryType type, absl::Time now) {
  audit::EntryDraft draft;
  draft.type = type;
  draft.query_id = course.entry.query_id;
  draft.reference = course.opening;
  draft.time = now;
  draft.policy_digest = course.entry.policy_digest;
  draft.purpose = course.entry.purpose;
  draft.data = course.entry.data;
  draft.action = course.entry.action;
  draft.outcome = "interrupted";
  return draft;
}

absl::Status EndOwners(audit::Log& log, absl::Time now, Course& course) {
  for (const std::string& owner : course.entry.owners) {
    if (course.ended.count(owner) > 0) continue;
    if (course.entry.type != audit::EntryType::kIntent) {
      course.ended.emplace(owner, OutcomeFor(owner, course.entry.outcome, *course.opening));
      continue;
    }
    audit::EntryDraft draft = EndDraft(course, audit::EntryType::kTimeout, now);
    draft.owners = {owner};
    FUSIONHUB_ASSIGN_OR_RETURN(const audit::AppendedEntry entry, log.AppendAndWait(draft));
    course.ended.emplace(owner, OutcomeFor(owner, draft.outcome, entry.index));
  }
  return absl::OkStatus();
}

// What the requester would have been told of each owner. Nobody waits for it; an auditor finds it
// in the CLOSE entry's payload.
absl::StatusOr<std::string> StatementOf(const audit::Log& log, const Course& course,
                                        absl::Time now) {
  FUSIONHUB_ASSIGN_OR_RETURN(const audit::Log::OpenedEntry opened, log.OpenEntry(*course.opening));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string query,
                             audit::PayloadValue(opened.payload, kFieldQuery));
  v1::CompletenessStatement statement;
  statement.set_query_id(course.entry.query_id);
  statement.set_query_digest(crypto::ToString(crypto::Sha256(query)));
  for (const auto& [owner, outcome] : course.ended) *statement.add_outcomes() = outcome;
  *statement.mutable_closed_at() = query::ToProto(now);
  return statement.SerializeAsString();
}

absl::Status End(audit::Log& log, absl::Time now, Course& course) {
  FUSIONHUB_RETURN_IF_ERROR(EndOwners(log, now, course));
  FUSIONHUB_ASSIGN_OR_RETURN(std::string statement, StatementOf(log, course, now));
  audit::EntryDraft draft = EndDraft(course, audit::EntryType::kClose, now);
  draft.answer_digest = crypto::Sha256(statement);
  draft.payload.push_back({"statement", std::move(statement)});
  return log.AppendAndWait(draft).status();
}

}  // namespace

absl::Status LoadUsedAssertions(const audit::Log& log, absl::Time now,
                                identity::ReplayGuard& replays) {
  for (const audit::EntryType type :
       {audit::EntryType::kIntent, audit::EntryType::kRefuse, audit::EntryType::kHold}) {
    FUSIONHUB_RETURN_IF_ERROR(LoadFrom(log, type, now, replays));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> EndInterruptedQuestions(audit::Log& log, absl::Time now) {
  FUSIONHUB_ASSIGN_OR_RETURN(auto courses, RecentCourses(log));
  int ended = 0;
  for (auto& [query_id, course] : courses) {
    if (course.closed || !course.opening) continue;
    FUSIONHUB_RETURN_IF_ERROR(End(log, now, course));
    ++ended;
  }
  return ended;
}

}  // namespace fusionhub::broker
